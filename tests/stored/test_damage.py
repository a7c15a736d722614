"""A SQLite file of which a page is damaged: one line at the start, or a documented 503; never less than was stored."""

from __future__ import annotations

import logging
import random
import sqlite3
from collections.abc import Callable, Iterable, Iterator
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
    id, _ = sent.create()
    assert sent("DELETE", f"/connections/{id}").status == 204
    mock.close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file


def pages(whole: bytes, damage: Callable[[bytes], bytes]) -> Iterator[bytes]:
    """With each page damaged in turn."""
    for start in range(0, len(whole), PAGE):
        yield whole[:start] + damage(whole[start : start + PAGE]) + whole[start + PAGE :]


def single_bits(whole: bytes, many: int) -> Iterator[bytes]:
    """With one bit flipped: half of them where something stands, mostly a value; half among what orders the rows."""
    choice = random.Random(many)
    filled = [place for place, byte in enumerate(whole) if byte]
    tables = [place for place in filled if place % PAGE < 128 or place < 9 * PAGE]
    for number in range(many):
        place = choice.choice(tables if number % 2 else filled)
        yield whole[:place] + bytes([whole[place] ^ 1 << choice.randrange(8)]) + whole[place + 1 :]


def copies(store: Path, into: Path, contents: Iterable[bytes]) -> Iterator[Path]:
    key = store.with_name(f"{store.name}.key").read_bytes()
    for number, content in enumerate(contents):
        file = into / f"{number}.db"
        file.write_bytes(content)
        file.with_name(f"{file.name}.key").write_bytes(key)
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


def is_told(file: Path) -> None:
    mock = opened(file)
    if isinstance(mock, str):
        assert "\n" not in mock
        return
    found = {answer.status: answer for answer in answers(Sender("core", mock, core(mock)))}
    assert set(found) <= {200, 201, 204, 503}, (file.name, set(found))
    mock.close()


@pytest.mark.parametrize("damage", few((zeros, noise, bits)))
def test_a_damaged_page_is_told(store: Path, tmp_path: Path, damage: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "mockserver")
    for file in copies(store, tmp_path, pages(store.read_bytes(), damage)):
        is_told(file)


@pytest.mark.parametrize("many", few((20, 400)))
def test_a_flipped_bit_is_told(store: Path, tmp_path: Path, many: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "mockserver")
    for file in copies(store, tmp_path, single_bits(store.read_bytes(), many)):
        is_told(file)


SILENT = {
    "a part of which the version is lost": "UPDATE flowservice_parts SET version = 0",
    "a part that is lost, in its index too": "DELETE FROM flowservice_parts",
    "entries that are marked as gone": "UPDATE flowservice_entries SET gone = 1",
    "an entry that is marked as there": "UPDATE flowservice_entries SET gone = 0",
    "a kind that is no text": "UPDATE flowservice_entries SET kind = CAST(x'ff' AS TEXT)",
    "names that are no text": "UPDATE flowservice_entries SET name = CAST(x'ff' || name AS TEXT)",
    "parts that are no text": "UPDATE flowservice_parts SET part = CAST(x'ff' || part AS TEXT)",
}
"""What SQLite's own check doesn't find."""


@pytest.mark.parametrize("statement", SILENT.values(), ids=SILENT.keys())
def test_what_sqlite_takes_for_whole(
    store: Path, tmp_path: Path, statement: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "mockserver")
    (file,) = copies(store, tmp_path, [store.read_bytes()])
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(statement)
    is_told(file)


def test_the_damage_is_named(store: Path, tmp_path: Path) -> None:
    (file,) = copies(store, tmp_path, [store.read_bytes()])
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE flowservice_parts SET version = 0")
    with pytest.raises(StoreProblem, match=r"0\.db is damaged: .*; put back a copy of it, or use another store$"):
        StoredMock(f"sqlite:///{file}")
