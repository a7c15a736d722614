"""The control side, ``/__admin/...``: JSON in, JSON out, and a reason for everything that isn't expected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from contracts import LARGEST_BODY, Contract, Request
from contracts.reading import json_text
from contracts.reading.spelling import nearest
from mockserver.exchange.asking import AskedProblem
from mockserver.exchange.faults import Faults
from mockserver.exchange.journal import Journal
from mockserver.exchange.masking import Masker
from mockserver.exchange.response import Response, json_response
from mockserver.exchange.stubs import Stubs
from mockserver.exchange.written import written
from mockserver.memory.clock import Clock
from mockserver.memory.world import World
from mockserver.services.table import SHOWS
from mockserver.version import version

if TYPE_CHECKING:
    from mockserver.control.events import Events
    from mockserver.control.metrics import Metrics

__all__ = ["ADMIN_PATH", "RESOURCES", "Admin", "AdminProblem", "Controls", "asked_again", "refused"]

ADMIN_PATH = "/__admin"

_BELOW = f"{ADMIN_PATH}/"
_PUBLIC = ("/", "/favicon.ico")
"""Paths beside it that a browser asks for by itself or by its user; no client of Adobe's does."""


class AdminProblem(ValueError):
    """A control request that can't be carried out."""


class TooLarge(AdminProblem):
    """Its body has more bytes than are read."""


class Controls(Protocol):
    """What of a mock can be controlled."""

    contract: Contract
    journal: Journal
    faults: Faults
    stubs: Stubs
    clock: Clock

    def reset(self) -> None:
        """Forget everything."""

    def replay(self, request: Request) -> Response:
        """Answer a request once more, as a new exchange."""

    def seen(self) -> AbstractContextManager[World]:
        """What is stored, to be read."""

    def metrics(self) -> Metrics:
        """What was counted."""


class Admin:
    """Controls one mock. Its own requests aren't journalled."""

    def __init__(self, mock: Controls) -> None:
        self._mock = mock
        self._told: Events | None = None

    def is_asked(self, path: str, method: str) -> bool:
        return (path.startswith(ADMIN_PATH) and self.is_below(path)) or (method == "GET" and path in _PUBLIC)

    def is_below(self, path: str) -> bool:
        """Whether nobody but the control side has ``path``."""
        return path == ADMIN_PATH or path.startswith(_BELOW)

    def handle(self, request: Request) -> Response:
        page = self._page(request) if request.method == "GET" else None
        return page or self._control(request)

    def _page(self, request: Request) -> Response | None:
        """What a browser shows or loads; ``None`` where it is something else."""
        name = request.path.removeprefix(ADMIN_PATH).strip("/")
        if "." not in name and (name or (request.path != "/" and "text/html" not in request.headers.get("accept", ""))):
            return None
        from mockserver.control import pages

        if request.path == "/":
            return pages.front(request)
        if not name:
            return pages.dashboard(request)
        name = name.replace("favicon.ico", "favicon.svg")
        return pages.file(name) if name in pages.FILES else None

    def _control(self, request: Request) -> Response:
        name = request.path.removeprefix(ADMIN_PATH).strip("/")
        methods = RESOURCES.get(name)
        if methods is None:
            near = nearest(name, RESOURCES)
            hint = f"; nearest: {near}" if near else ""
            return refused(404, f"no control named {name[:80]!r}; there are: {', '.join(RESOURCES)}{hint}")
        if request.method not in methods:
            allow = ", ".join(methods)
            return refused(405, f"{name} takes {allow}, not {request.method[:40]}", {"Allow": allow})
        try:
            return methods[request.method](self, request)
        except (AdminProblem, AskedProblem) as problem:
            return refused(413 if isinstance(problem, TooLarge) else 400, str(problem))

    def _health(self, _: Request) -> Response:
        """Answers once the mock accepts calls; 503 where its store or a call is stuck."""
        return json_response(200, {"status": "ok", "version": version()})

    def _requests(self, request: Request) -> Response:
        """The journal: the newest exchanges with their broken rules, secrets masked. `?status=`, `operation=`,
        `rule=`, `severity=`, `since=ID` and `limit=N` choose."""
        head = json_response(200, None)
        if not request.query:
            return replace(head, body=b'{"requests":' + self._mock.journal.text() + b"}")
        from mockserver.control.selecting import SelectionProblem, selection

        try:
            chosen = selection(request.query)
        except SelectionProblem as problem:
            raise AdminProblem(str(problem)) from None
        return json_response(200, {"requests": chosen(self._mock.journal.newest_first())})

    def _forget_requests(self, _: Request) -> Response:
        """Empties the journal."""
        self._mock.journal.clear()
        return Response(204)

    def _reset(self, _: Request) -> Response:
        """Forgets what is stored, the journal, faults and added stubs, and sets the clock right."""
        self._mock.reset()
        return Response(204)

    def _coverage(self, _: Request) -> Response:
        """Contract coverage since the start: which operations, rules, errors and regions it met, also by area."""
        from contracts.reports.coverage import POINTS, Coverage, scope_of

        met = self._mock.journal.points()
        tests = {point: {"journal"} for point in met}
        points = {
            kind: {id: {"what": what, "exercised": f"{kind}/{id}" in met} for id, what in rows.items()}
            for kind, rows in POINTS.items()
        }
        called = Coverage(tests, scope_of(met)).areas_as_json()
        return json_response(200, {"percent": Coverage(tests).percent, "areas": called, "points": points})

    def _faults(self, _: Request) -> Response:
        """The faults, and how often each was met."""
        return json_response(200, {"faults": self._mock.faults.rows()})

    def _add_fault(self, request: Request) -> Response:
        """Adds a fault."""
        fault = self._mock.faults.add_row(_object(request))
        return json_response(201, fault.as_json())

    def _clear_faults(self, _: Request) -> Response:
        """Takes all faults back."""
        self._mock.faults.clear()
        return Response(204)

    def _stubs(self, _: Request) -> Response:
        """The stubs, and how often each was met; secrets masked."""
        return json_response(200, {"stubs": list(map(self._masked, self._mock.stubs.rows()))})

    def _add_stub(self, request: Request) -> Response:
        """Adds a stub."""
        stub = self._mock.stubs.add_row(_object(request))
        return json_response(201, self._masked(stub.as_json()))

    def _clear_stubs(self, _: Request) -> Response:
        """Takes all stubs back."""
        self._mock.stubs.clear()
        return Response(204)

    def _masked(self, stub: Mapping[str, Any]) -> Any:
        masker = Masker(self._mock.contract.terms.catalogue, SHOWS)
        shown = {name: value if name in _OPEN else written(masker, value) for name, value in stub.items()}
        return self._mock.journal.known.out_of(masker.again(shown))

    def _time(self, _: Request) -> Response:
        """The mock's time in milliseconds since 1970."""
        return json_response(200, {"now": self._mock.clock.now()})

    def _description(self, _: Request) -> Response:
        """The OpenAPI 3.1 document of what this mock enforces, as `mockserver openapi` prints it."""
        from mockserver.control.description import description

        return json_response(200, description(self._mock.contract.terms.strictness))

    def _metrics(self, _: Request) -> Response:
        """Calls, broken rules, records and times for Prometheus, of all `--workers` as they were at most a second ago.
        One process alone counts from when it is first asked, beginning with what its journal holds."""
        from mockserver.control.metrics import CONTENT_TYPE

        with self._mock.seen() as world:
            stored = world.store.counts()
        return Response(200, {"Content-Type": CONTENT_TYPE}, self._mock.metrics().text(stored).encode())

    def _stored(self, _: Request) -> Response:
        """What is stored, by organisation, sandbox and collection, with its references; Zoho's accounts and the states
        of its tokens; secrets masked."""
        from mockserver.control.stored import stored

        with self._mock.seen() as world:
            told = stored(world, self._mock.contract.terms)
        return json_response(200, self._mock.journal.known.out_of(told))

    def _events(self, request: Request) -> Response:
        """Each exchange as a server-sent event, of all processes on a store, from the one on that a browser had last
        when its connection broke; where too many come at once the newest, and how many were left out."""
        from mockserver.control.events import Events

        self._told = self._told or Events(self._mock.journal)
        last = request.headers.get("last-event-id", "")
        return self._told.stream(int(last) if last.isascii() and last.isdigit() and len(last) < 16 else None)

    def _replay(self, request: Request) -> Response:
        """`{"id": N}` sends a request of the journal once more, with what it was sent with; nobody is shown that."""
        found = self._mock.journal.find(asked_again(request))
        if found is None:
            raise AdminProblem(_NOT_THERE)
        if found.left_out[0]:
            raise AdminProblem("its body was too long to be kept")
        again = self._mock.replay(found.call.request)
        return json_response(200, {"status": again.status or None})

    def _advance(self, request: Request) -> Response:
        """`{"advance": 3600}` moves the time on by an hour."""
        body = _object(request)
        seconds = body.get("advance")
        if set(body) != {"advance"} or isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise AdminProblem('expected {"advance": seconds}')
        try:
            return json_response(200, {"now": self._mock.clock.advance(seconds)})
        except (ValueError, OverflowError) as problem:
            raise AdminProblem(str(problem)[:200]) from None


_OPEN = ("method", "host", "path")
"""The keys of a stub that say which calls it answers."""

RESOURCES: Mapping[str, Mapping[str, Callable[[Admin, Request], Response]]] = {
    "health": {"GET": Admin._health},
    "requests": {"GET": Admin._requests, "DELETE": Admin._forget_requests},
    "reset": {"POST": Admin._reset},
    "faults": {"GET": Admin._faults, "POST": Admin._add_fault, "DELETE": Admin._clear_faults},
    "stubs": {"GET": Admin._stubs, "POST": Admin._add_stub, "DELETE": Admin._clear_stubs},
    "clock": {"GET": Admin._time, "POST": Admin._advance},
    "contract": {"GET": Admin._coverage},
    "openapi.json": {"GET": Admin._description},
    "metrics": {"GET": Admin._metrics},
    "resources": {"GET": Admin._stored},
    "events": {"GET": Admin._events},
    "replay": {"POST": Admin._replay},
}
"""What there is below the path, and what each method of it does: the docstring is what the docs say."""


def _object(request: Request) -> dict[str, Any]:
    if request.is_cut or len(request.body) > LARGEST_BODY:
        raise TooLarge("the body is too large")
    try:
        value = json_text.parse(request.body)
    except json_text.JsonProblem as problem:
        raise AdminProblem(f"the body isn't JSON: {problem}") from None
    if not isinstance(value, dict):
        raise AdminProblem("expected a JSON object")
    return value


def asked_again(request: Request) -> int:
    """The number of the exchange that is to be sent once more; `AdminProblem` where the body names none."""
    number = _object(request).get("id")
    if isinstance(number, bool) or not isinstance(number, int):
        raise AdminProblem(_NOT_THERE)
    return number


_NOT_THERE = 'expected {"id": number} of an exchange that this server still has'


def refused(status: int, reason: str, headers: Mapping[str, str] | None = None) -> Response:
    """What the control side answers to what it doesn't take."""
    return json_response(status, {"status": status, "reason": reason}, headers)
