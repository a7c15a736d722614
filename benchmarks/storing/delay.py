"""A way to a database that takes longer: ``python delay.py PORT MILLISECONDS`` prints the port on which it listens.

Each connection has threads of its own, since what waits in an event loop is up to a millisecond late.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from threading import Thread


@contextmanager
def delayed(port: int, milliseconds: float) -> Iterator[tuple[int, int]]:
    """The port and the process id of a proxy whose answers come so much later."""
    command = [sys.executable, __file__, str(port), str(milliseconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline()), process.pid
        finally:
            process.terminate()


def _serve(port: int, delay: float) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        print(server.getsockname()[1], flush=True)
        while True:
            front, _ = server.accept()
            _join(front, socket.create_connection(("127.0.0.1", port)), delay)


def _join(front: socket.socket, back: socket.socket, delay: float) -> None:
    late: SimpleQueue[tuple[float, bytes]] = SimpleQueue()
    for end in (front, back):
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for work, ends in ((_ask, (front, back)), (_read, (back, late, delay)), (_answer, (late, front, back))):
        Thread(target=work, args=ends, daemon=True).start()


def _ask(front: socket.socket, back: socket.socket) -> None:
    with suppress(OSError):
        while data := front.recv(_SIZE):
            back.sendall(data)
        back.shutdown(socket.SHUT_WR)


def _read(back: socket.socket, late: SimpleQueue[tuple[float, bytes]], delay: float) -> None:
    """Put each piece with the time at which it is due, an empty one last."""
    with suppress(OSError):
        while data := back.recv(_SIZE):
            late.put((time.monotonic() + delay, data))
    late.put((time.monotonic() + delay, b""))


def _answer(late: SimpleQueue[tuple[float, bytes]], front: socket.socket, back: socket.socket) -> None:
    with front, back, suppress(OSError):
        data = b"-"
        while data:
            due, data = late.get()
            time.sleep(max(0.0, due - time.monotonic()))
            front.sendall(data)
        front.shutdown(socket.SHUT_RDWR)


_SIZE = 1 << 18

if __name__ == "__main__":
    _serve(int(sys.argv[1]), float(sys.argv[2]) / 1000)
