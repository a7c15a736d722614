"""The journal of a store, which is written behind the answers and read by all processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mockserver import StoredMock
from mockserver.exchange.journal import MOST_READ, Exchange
from mockserver.stored.journal import SharedJournal
from tests.kit.sender import Sender, core
from tests.kit.serving import until


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[], Sender]]:
    """Another mock on the store with each call."""
    mocks: list[StoredMock] = []

    def open_one() -> Sender:
        mocks.append(StoredMock(f"sqlite:///{tmp_path}/store.db"))
        return Sender("core", mocks[-1], core(mocks[-1]))

    yield open_one
    for mock in mocks:
        mock.close()


def urls(send: Sender) -> list[str]:
    return [row["request"]["url"] for row in send.mock.journal.rows()]


def test_an_exchange_that_cant_be_written_is_left_out_and_the_log_tells_why(
    opened: Callable[[], Sender], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    one, other = opened(), opened()
    row = SharedJournal._row

    def refusing(journal: SharedJournal, exchange: Exchange) -> bytes:
        if "/b" in exchange.call.request.target:
            raise ValueError("no such row")
        return row(journal, exchange)

    monkeypatch.setattr(SharedJournal, "_row", refusing)
    for path in ("/a", "/b", "/c"):
        one("GET", path)
    until(lambda: len(urls(other)) == 2)
    one("GET", "/d")
    until(lambda: len(urls(other)) == 3)
    assert [url[-2:] for url in urls(other)] == ["/a", "/c", "/d"]
    assert "ValueError" in caplog.text


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> None:
    """What isn't asked for isn't written until the test says so."""
    monkeypatch.setattr(SharedJournal, "_wake", lambda _: None)


def flush(send: Sender) -> None:
    send.mock.journal.flush()  # type: ignore[attr-defined]


@pytest.mark.usefixtures("late")
@pytest.mark.parametrize(("method", "path"), [("POST", "reset"), ("DELETE", "requests")])
def test_what_another_process_has_yet_to_write_doesnt_come_back(
    opened: Callable[[], Sender], method: str, path: str
) -> None:
    one, other = opened(), opened()
    other.create()
    assert one.raw(method, f"/__admin/{path}").status == 204
    other("GET", "/after")
    flush(other)
    assert [url.rpartition("/")[2] for url in urls(one)] == ["after"]
    assert "operations/createConnection" in one.mock.journal.points()


@pytest.mark.usefixtures("late")
def test_points_that_another_process_has_yet_to_write_dont_come_back(opened: Callable[[], Sender]) -> None:
    one, other = opened(), opened()
    before = frozenset(one.mock.journal.points())
    other.create()
    one.mock.journal.back_to(before)
    flush(other)
    assert (urls(one), one.mock.journal.points()) == ([], before)
    other.create()
    assert one.raw("POST", "/__admin/reset").status == 204
    flush(other)
    assert urls(one) == []
    assert one.mock.journal.points() > before


def test_of_a_burst_nothing_is_read_until_it_is_over(
    opened: Callable[[], Sender], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who follows sees that there is more, and reads the newest of all of it afterwards."""
    one, other = opened(), opened()
    journal: Any = other.mock.journal
    read: list[int] = []
    told = journal._told

    def counted(blocks: list[Any], before: Any) -> Any:
        read.append(sum(count for _, count, _ in blocks))
        return told(blocks, before)

    def came(number: int) -> None:
        for _ in range(number):
            one("GET", "/connections")
        one.mock.journal.flush()

    came(3)
    journal._look()
    monkeypatch.setattr(journal, "_told", counted)
    came(MOST_READ + 1)
    journal._look()
    assert read == []
    assert (journal.newest_id, journal.newest(1)[0].id) == (MOST_READ + 4, 3)
    came(1)
    journal._look()
    assert len(read) == 1
    assert [each.id for each in journal.newest(2)] == [MOST_READ + 4, MOST_READ + 5]


def test_what_a_forgotten_exchange_met_stays_met(opened: Callable[[], Sender]) -> None:
    one, other = opened(), opened()
    one.create()
    assert one.raw("DELETE", "/__admin/requests").status == 204
    flush(one)
    assert one.mock.journal.rows() == []
    assert one.mock.journal.points() == other.mock.journal.points() >= {"operations/createConnection"}


def test_the_points_are_for_all_what_one_goes_back_to(opened: Callable[[], Sender]) -> None:
    one, other = opened(), opened()
    one("GET", "/connections")
    flush(one)
    before = frozenset(other.mock.journal.points())
    one.create()
    flush(one)
    assert other.mock.journal.points() > before
    one.mock.journal.back_to(before)
    assert one.mock.journal.rows() == other.mock.journal.rows() == []
    assert one.mock.journal.points() == other.mock.journal.points() == before
    one.create()
    flush(one)
    assert one.mock.journal.points() == other.mock.journal.points() > before
