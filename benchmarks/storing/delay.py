"""A way to a database that takes longer: ``python delay.py PORT MILLISECONDS`` prints the port on which it listens."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


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


class _End(asyncio.Protocol):
    """One end of a connection; what it reads the other one writes, ``delay`` seconds later."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self.other: _End | None = None
        self.early = b""
        self.transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if self._delay:
            asyncio.get_running_loop().call_later(self._delay, self._hand_over, data)
        else:
            self._hand_over(data)

    def _hand_over(self, data: bytes) -> None:
        if self.other is None:
            self.early += data
        elif not self.other.transport.is_closing():
            self.other.transport.write(data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 -- asyncio's signature
        if self.other is not None:
            self.other.transport.close()


async def _serve(port: int, delay: float) -> None:
    loop = asyncio.get_running_loop()

    class Front(_End):
        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            loop.create_task(self._join())  # noqa: RUF006 -- it lasts as long as the connection attempt

        async def _join(self) -> None:
            _, back = await loop.create_connection(lambda: _End(delay), "127.0.0.1", port)
            self.other, back.other = back, self
            back.transport.write(self.early)

    server = await loop.create_server(lambda: Front(0), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2]) / 1000))
