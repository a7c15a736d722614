"""A server that is killed in the middle of writes has lost nothing that it acknowledged, and has done nothing by half.

``MOCKSERVER_TEST_KILLS`` is how often it is killed.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.kit.processes import workers
from tests.kit.serving import serving, until
from tests.stored.writing import Client, check, made_server

KILLS = int(os.environ.get("MOCKSERVER_TEST_KILLS", "20"))
CLIENTS = 4


@pytest.mark.deep
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    clients = [Client(number) for number in range(CLIENTS)]
    for _ in range(KILLS + 1):
        origin, server = made_server(f"sqlite:///{tmp_path}/store.db")
        check(clients, origin)
        threads = [threading.Thread(target=client.write, args=(origin,)) for client in clients]
        for thread in threads:
            thread.start()
        time.sleep(random.uniform(0.05, 0.4))  # what is under way is chance
        server.kill()
        for thread in threads:
            thread.join()
        server.join()
        assert server.exitcode == -signal.SIGKILL
    writes = sum(client.calls for client in clients)
    print(f"{KILLS} kills, {writes} writes, {sum(len(client.kept) for client in clients)} connections kept")
    assert writes > KILLS


class Writing(Client):
    """One whose calls are all in order: nothing makes a server of `serve` fail."""

    def poison(self, *_: Any) -> None:
        return


@pytest.mark.deep
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="there is no /proc to find processes in")
def test_what_was_acknowledged_survives_workers_that_are_killed(tmp_path: Path) -> None:
    """While they pass connections on to each other; the port stays."""
    clients = [Writing(number) for number in range(CLIENTS)]
    options = ("-q", "--port", "0", "--workers", "2", "--store", f"sqlite:///{tmp_path}/store.db")
    with serving(*options) as (origin, process):
        for _ in range(KILLS // 4):
            check(clients, origin)
            threads = [threading.Thread(target=client.write, args=(origin,)) for client in clients]
            for thread in threads:
                thread.start()
            while any(thread.is_alive() for thread in threads):  # whoever is hit ends
                time.sleep(random.uniform(0.05, 0.3))
                for worker in sorted(workers(process))[:1]:
                    with suppress(ProcessLookupError):
                        os.kill(worker, signal.SIGKILL)
            until(lambda: len(workers(process)) == 2)
        check(clients, origin)
    assert sum(client.calls for client in clients) > KILLS
