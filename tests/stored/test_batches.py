"""Of calls that are carried out together each has its answer, whichever step of one of them fails."""

from __future__ import annotations

import asyncio
import pkgutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine

from contracts import BASE_PATH, Call, Request
from mockserver import Response, StoredMock
from tests.kit.connection import HEADERS
from tests.kit.serving import until

STEPS = {
    "locate": "mockserver.mock.locate",
    "judge": "contracts.contract.Contract.judge",
    "fault": "mockserver.exchange.faults.Faults.take",
    "carry out": "mockserver.mock.Mock._carried_out",
    "write down": "mockserver.stored.journal.SharedJournal.record",
    "tell": "mockserver.exchange.journal.Exchange._row",
    "seal": "mockserver.stored.vault.Vault.seal",
    "commit": "mockserver.stored.sqlite.SqliteLine._commit",
    "look where it leads": "contracts.contract.Contract.unjudged",
    "answer an outage": "mockserver.stored.mock.StoredMock._unavailable",
}
DOWN = ("look where it leads", "answer an outage")
"""Steps that are taken only where the store can't be reached."""
ONCE = ("seal", "commit", "tell")
"""Steps that aren't told the request: they fail the first time."""
POISON = "poison"
Together = Callable[[StoredMock, list[str]], list[Response | Exception]]
TENANT = (HEADERS["x-gw-ims-org-id"], HEADERS["x-sandbox-name"])


@pytest.fixture
def mock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StoredMock]:
    monkeypatch.setattr("mockserver.stored.address.LOCK_WAIT", 0.1)
    mock = StoredMock(f"sqlite:///{tmp_path}/store.db")
    yield mock
    mock.close()


def failing(step: Callable[..., Any]) -> Callable[..., Any]:
    """``step``, but for one request."""

    def fails(*arguments: Any) -> Any:
        requests = [each.request if isinstance(each, Call) else each for each in arguments]
        told = [each.target if isinstance(each, Request) else each for each in requests]
        if any(POISON in each for each in told if isinstance(each, str)):
            raise RuntimeError("a bug")
        return step(*arguments)

    return fails


def failing_once(step: Callable[..., Any]) -> Callable[..., Any]:
    left = [True]

    def fails(*arguments: Any) -> Any:
        if left and left.pop():
            raise RuntimeError("a bug")
        return step(*arguments)

    return fails


def asked(mock: StoredMock, path: str, method: str = "POST") -> Response | Exception:
    """A call whose body isn't one: it is refused, and holds its tenant like any other that writes."""
    head = {name.lower(): value for name, value in HEADERS.items()}
    try:
        return mock.handle(Request(method, f"{BASE_PATH}/{path}", head, b"{}" if method == "POST" else b""))
    except Exception as problem:  # a way in answers it
        return problem


def together(mock: StoredMock, paths: list[str]) -> list[Response | Exception]:
    """The answers of calls that are carried out in one transaction."""
    with ThreadPoolExecutor(len(paths)) as threads:
        with mock._lanes.held([TENANT]):
            waiting = [threads.submit(asked, mock, path) for path in paths]
            until(lambda: len(mock._lanes._waiting) + sum(each.done() for each in waiting) == len(paths))
        return [each.result(timeout=20) for each in waiting]


def together_in_a_loop(mock: StoredMock, paths: list[str]) -> list[Response | Exception]:
    """The same, asked from one event loop."""

    async def outcome(path: str) -> Any:
        head = {name.lower(): value for name, value in HEADERS.items()}
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        try:
            later = mock.ask(Request("POST", f"{BASE_PATH}/{path}", head, b"{}")).delivery.later
        except RuntimeError as problem:  # a way in answers it
            return problem
        assert later is not None
        later.when_done(lambda told: loop.call_soon_threadsafe(done.set_result, told))
        return await asyncio.wait_for(done, 20)

    async def outcomes() -> list[Any]:
        return list(await asyncio.gather(*map(outcome, paths)))

    return asyncio.run(outcomes())


def status(answer: Response | Exception) -> int:
    return answer.status if isinstance(answer, Response) else 500


@pytest.mark.parametrize("together", [together, together_in_a_loop])
@pytest.mark.parametrize("is_down", [False, True], ids=["up", "down"])
@pytest.mark.parametrize("name", STEPS)
def test_a_batch_survives_any_step_of_one_of_its_calls(
    mock: StoredMock, monkeypatch: pytest.MonkeyPatch, name: str, is_down: bool, together: Together
) -> None:
    assert status(asked(mock, "connections")) == 400  # an organisation that was read before
    mock.journal.flush()
    owner, attribute = _place(STEPS[name])
    with mock.journal._writing, monkeypatch.context() as patch, _locked(mock, is_down):  # the batch takes every step
        patch.setattr(owner, attribute, (failing_once if name in ONCE else failing)(getattr(owner, attribute)))
        first, poisoned, last = map(status, together(mock, ["connections", f"connections/{POISON}", "flows"]))

    if is_down:
        assert (first, last) == (503, 503)
        assert poisoned in (500, 503)
    elif name in ONCE:  # whose step it was is the batch's own affair
        assert [first, poisoned, last] in ([500, 405, 400], [400, 405, 400])
    else:
        assert [first, poisoned, last] == [400, 405 if name in DOWN else 500, 400]
    assert status(asked(mock, "connections")) == 400
    assert mock.handle(Request("GET", "/__admin/health")).status == 200


def _place(path: str) -> tuple[Any, str]:
    """What has the step, a module or a class, and its name there."""
    owner, _, attribute = path.rpartition(".")
    return pkgutil.resolve_name(owner), attribute


@contextmanager
def _locked(mock: StoredMock, is_down: bool) -> Iterator[None]:
    """Another process has the store, or none has."""
    if not is_down:
        yield
        return
    with create_engine(mock._database.address.url, poolclass=NullPool).connect() as another:
        another.exec_driver_sql("BEGIN IMMEDIATE")
        yield
        another.exec_driver_sql("ROLLBACK")


def test_a_call_that_waits_too_long_is_no_health(mock: StoredMock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockserver.stored.mock.TOO_LONG", 0.05)
    health = Request("GET", "/__admin/health")
    with ThreadPoolExecutor(1) as threads:
        with mock._lanes.held([TENANT]):
            waiting = threads.submit(asked, mock, "connections")
            until(lambda: mock.handle(health).status == 503)
            assert b"a call has waited for" in mock.handle(health).body
        assert status(waiting.result(timeout=20)) == 400
    assert mock.handle(health).status == 200


def test_a_store_that_is_locked_is_no_health(mock: StoredMock) -> None:
    """Though it can be read."""
    health = Request("GET", "/__admin/health")
    with _locked(mock, True):
        assert status(asked(mock, "connections")) == 503
        assert mock.handle(health).status == 503
    assert mock.handle(health).status == 200
