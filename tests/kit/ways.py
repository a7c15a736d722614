"""The ways into a mock, each behind one signature."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from mockserver import Mock, ServerThread, StoredMock
from mockserver.adapters.responses import patched
from tests.kit.sender import Answer, Exchange, Sender, core, over_httpx, over_requests

WAYS = ("core", "http", "responses", "httpx")


REPLICAS = "replicas"
"""Two mocks on one store that take turns; what the tests see must be the same."""


def in_turns(*mocks: Mock) -> Exchange:
    """Each writes its journal down before the next one's turn: otherwise that happens a moment after the answer."""
    turns = itertools.cycle(mocks)

    def exchange(method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        mock = next(turns)
        answer = core(mock)(method, target, headers, body)
        if isinstance(mock, StoredMock):
            mock.journal.flush()
        return answer

    return exchange


@contextmanager
def served(mock: Mock, thread: ServerThread) -> Iterator[str]:
    """The origin of ``mock`` behind a socket."""
    server = thread.start(mock.handle)
    try:
        yield server.origin
    finally:
        thread.stop(server)


@contextmanager
def way_into(mock: Mock, name: str, thread: ServerThread) -> Iterator[Sender]:
    """A `Sender` that reaches ``mock`` that way."""
    if name == "http":
        with served(mock, thread) as origin:
            yield Sender(name, mock, over_requests(origin), origin)
    elif name == "responses":
        with patched(mock.handle, mock.stands_for):
            yield Sender(name, mock, over_requests("https://platform.adobe.io"))
    else:
        yield Sender(name, mock, over_httpx(mock) if name == "httpx" else core(mock))
