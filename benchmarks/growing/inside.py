"""One mock that holds many connections: what each operation costs, and how evenly."""

from __future__ import annotations

import gc
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from side_by_side.work import DOCUMENT, HEADERS, PATH

from contracts import ZOHO_CRM, Request
from mockserver import Mock
from mockserver.exchange.response import Response

_HEAD = {name.lower(): value for name, value in HEADERS.items()}
_BUDGET = 1.0  # seconds that one figure may take

Took = dict[str, float]
"""Microseconds of the median call, by operation."""


class Full:
    """A mock in which connections are stored, every one of another name."""

    def __init__(self) -> None:
        self.mock = Mock()
        self._made = 0

    def took(self, calls: int = 200) -> Took:
        """Pages first, so that whatever they keep for the next time is paid for by the writes."""
        token = quote(self._next("?limit=20"))
        pages = {
            "page of all, newest first, `limit=20`": "?limit=20",
            "page of a name, `property=name==X`": f"?property=name=={quote(_name(1))}",
            "page of a source, `property=connectionSpec.id==X&limit=20`": (
                f"?property=connectionSpec.id=={ZOHO_CRM}&limit=20"
            ),
            "next page, `continuationToken=X`": f"?continuationToken={token}",
            "page in another order, `orderby=-name&limit=20`": "?orderby=-name&limit=20",
        }
        took: Took = {}
        for name, query in pages.items():
            took[name] = _median([lambda query=query: self._ask("GET", query)] * calls)
        made: list[tuple[str, str]] = []
        took["create"] = _median([lambda: made.append(self.create())] * calls)
        took["get"] = _median([lambda id=id: self._ask("GET", f"/{id}") for id, _ in made])
        took["update"] = _median([lambda one=one: self._update(*one) for one in made])
        took["delete"] = _median([lambda id=id: self._ask("DELETE", f"/{id}") for id, _ in made])
        return took

    def create(self) -> tuple[str, str]:
        self._made += 1
        answer = self._ask("POST", "", DOCUMENT | {"name": _name(self._made)})
        made = json.loads(answer.body)
        return made["id"], made["etag"]

    def _update(self, id: str, etag: str) -> None:
        self._ask("PATCH", f"/{id}", [{"op": "replace", "path": "/description", "value": "changed"}], etag)

    def _next(self, query: str) -> str:
        href = json.loads(self._ask("GET", query).body)["_links"]["next"]["href"]
        return str(href.partition("continuationToken=")[2])

    def _ask(self, method: str, path: str, body: Any = None, etag: str = "") -> Response:
        headers = _HEAD | {"if-match": etag} if etag else _HEAD
        text = b"" if body is None else json.dumps(body).encode()
        response = self.mock.handle(Request(method, PATH + path, headers, text))
        assert response.status < 400, response
        return response


def _name(number: int) -> str:
    return f"connection {number:07}"


def _median(calls: list[Callable[[], Any]]) -> float:
    """Microseconds of the processor; as many of the calls as the budget allows, the first as a warm-up."""
    calls[0]()
    took: list[float] = []
    ends = time.thread_time() + _BUDGET
    for call in calls[1:]:
        started = time.thread_time()
        call()
        took.append(time.thread_time() - started)
        if time.thread_time() > ends and len(took) > 2:
            break
    return statistics.median(took) * 1e6


@dataclass
class Pauses:
    """What the collector did: how often it went through everything, and its longest run in seconds of the processor."""

    full: int = 0
    longest: float = 0.0
    _started: float = field(default=0.0, repr=False)

    def __call__(self, phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            self._started = time.thread_time()
            return
        self.longest = max(self.longest, time.thread_time() - self._started)
        self.full += info["generation"] == 2


def creates(full: Full, calls: int) -> tuple[list[float], Pauses]:
    """The sorted microseconds of the processor for that many creates, and what the collector did meanwhile."""
    took, pauses = [], Pauses()
    gc.callbacks.append(pauses)
    for _ in range(calls):
        started = time.thread_time()
        full.create()
        took.append((time.thread_time() - started) * 1e6)
    gc.callbacks.remove(pauses)
    return sorted(took), pauses
