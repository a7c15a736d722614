"""A SQLite file of which a page is damaged: one line at the start, or a documented 503; never less than was stored."""

from __future__ import annotations

import logging
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mockserver import StoredMock
from mockserver.stored.problem import StoreProblem
from tests.kit import chain
from tests.kit.connection import zoho
from tests.kit.depth import few
from tests.kit.sender import Answer, Sender, core

COLLECTIONS = ("connections", "sourceConnections", "targetConnections", "flows", "runs")
PAGE = 4096
CHAINS = 4


def zeros(page: bytes) -> bytes:
    return bytes(len(page))


def noise(page: bytes) -> bytes:
    return random.Random(len(page)).randbytes(len(page))


def bits(page: bytes) -> bytes:
    """Some bits flipped all over the page."""
    return bytes(byte ^ (0x10 if place % 37 == 5 else 0) for place, byte in enumerate(page))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small one, all of it in its file."""
    file = tmp_path_factory.mktemp("whole") / "store.db"
    mock = StoredMock(f"sqlite:///{file}")
    sent = Sender("core", mock, core(mock))
    for _ in range(CHAINS):
        chain.make(sent, "runs", chain.run(chain.chain(sent).flow))
    mock.close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file


def damaged(store: Path, into: Path, damage: Callable[[bytes], bytes]) -> Iterator[Path]:
    """A copy for each page of the file."""
    whole = store.read_bytes()
    for number, start in enumerate(range(0, len(whole), PAGE)):
        file = into / f"{number}.db"
        file.write_bytes(whole[:start] + damage(whole[start : start + PAGE]) + whole[start + PAGE :])
        file.with_name(f"{file.name}.key").write_bytes(store.with_name(f"{store.name}.key").read_bytes())
        yield file


def answers(sent: Sender) -> Iterator[Answer]:
    for each in COLLECTIONS:
        answer = sent("GET", f"/{each}?limit=100")
        assert answer.status == 503 or len(answer.json["items"]) == CHAINS
        yield answer
    yield sent.raw("GET", "/__admin/requests")
    yield sent("POST", "/connections", zoho())
    yield sent.raw("POST", "/__admin/reset")


def opened(file: Path) -> StoredMock | str:
    """Or why it can't be."""
    try:
        return StoredMock(f"sqlite:///{file}")
    except StoreProblem as problem:
        return str(problem)


@pytest.mark.parametrize("damage", few((zeros, noise, bits)))
def test_a_damaged_page_is_told(store: Path, tmp_path: Path, damage: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "mockserver")
    for file in damaged(store, tmp_path, damage):
        mock = opened(file)
        if isinstance(mock, str):
            assert "\n" not in mock
            continue
        found = {answer.status: answer for answer in answers(Sender("core", mock, core(mock)))}
        assert set(found) <= {200, 201, 204, 503}, (file.name, set(found))
        mock.close()
