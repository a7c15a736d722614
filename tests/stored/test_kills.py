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
from pathlib import Path

import pytest

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
