"""Trouble on demand: errors, delays and lost answers for the next matching calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from contracts import BASE_PATH, Error
from contracts.reading.schemas import checker, schema
from contracts.reading.spelling import nearest
from contracts.tables import ERRORS
from mockserver.exchange.response import Delivery, Response, error_response
from mockserver.memory.keeper import Keeper, Memory

__all__ = ["Fault", "FaultProblem", "Faults"]

_ASKED_FOR = "a fault that was asked for"
_UNKNOWN = "unknown"
_MOST = 1_000


class FaultProblem(ValueError):
    """A fault that can't be set up; ``str()`` says what was expected."""


@dataclass(slots=True)
class Fault:
    """The next ``times`` calls that match ``method`` and ``path`` meet it, ``delay`` seconds late.

    ``path`` is below the base path or the host, or whole; ``*`` and ``{id}`` stand for any text within a segment.
    ``code`` names an error in the words of the service that is asked, as Zoho's ``AUTHENTICATION_FAILURE``.
    ``drop`` and ``stall`` happen before the call is carried out, ``commit_then_drop`` and ``truncate`` after it.
    """

    kind: str | None = None
    status: int | None = None
    method: str | None = None
    path: str | None = None
    times: int = 1
    retry_after: int | None = None
    delay: float = 0.0
    code: str | None = None

    @property
    def name(self) -> str:
        """What the journal calls it."""
        return self.kind or self.code or (str(self.status) if self.status else "delay")

    @property
    def comes_first(self) -> bool:
        """Whether the call isn't carried out at all."""
        return self.status is not None or self.code is not None or self.kind in ("drop", "stall")

    def matches(self, method: str, path: str) -> bool:
        return (self.method is None or self.method.upper() == method) and (
            self.path is None or _fits(path.rstrip("/"), self.path.rstrip("/"))
        )

    def answer(self, request_id: str, trouble: Callable[[int | None, str | None], Error]) -> Response:
        """What a call gets that isn't carried out; ``trouble`` is its service's error of a status and code."""
        if self.status is None and self.code is None:
            return Response(0, delivery=self.delivery)
        error = trouble(self.status, self.code)
        wait = self.retry_after if self.retry_after is not None else 1 if self.status == 429 else None
        headers = {} if wait is None else {"Retry-After": str(wait)}
        names = dict.fromkeys(error.placeholders, _UNKNOWN)
        details = {**names, "message": _ASKED_FOR, "description": _ASKED_FOR, "type": "connections"}
        answer = error_response(error, details, request_id, headers)
        return replace(answer, status=self.status or error.status, delivery=self.delivery)

    @property
    def delivery(self) -> Delivery:
        if self.kind in ("drop", "commit_then_drop"):
            return Delivery("drop", self.delay)
        if self.kind == "truncate":
            return Delivery("truncate", self.delay)
        return Delivery("stall" if self.kind == "stall" else "whole", self.delay)

    def as_json(self) -> dict[str, Any]:
        row = {name: getattr(self, name) for name in schema("fault", "mockserver.exchange")["properties"]}
        return {name: value for name, value in row.items() if value is not None}


class Faults:
    """Those still to come, in the order in which they were added."""

    def __init__(self, keeper: Keeper | None = None) -> None:
        self._pending: MutableMapping[int, Fault] = (keeper or Memory()).table("faults")

    def add(self, /, **row: Any) -> Fault:
        """Set up one fault; the keywords are the keys of ``POST /__admin/faults``."""
        fault = Fault(**_checked(row))
        if len(self._pending) >= _MOST:
            raise FaultProblem(f"{_MOST} faults are still to come; clear them, or let them happen")
        self._pending[max(self._pending, default=0) + 1] = fault
        return fault

    def take(self, method: str, path: str) -> Fault | None:
        """The first fault that matches the call, used up by one."""
        if not self._pending:
            return None
        number = next((number for number, fault in self._pending.items() if fault.matches(method, path)), None)
        if number is None:
            return None
        fault = self._pending[number]
        if fault.times > 1:
            self._pending[number] = replace(fault, times=fault.times - 1)
        else:
            del self._pending[number]
        return fault

    def clear(self) -> None:
        self._pending.clear()

    def snapshot(self) -> list[Fault]:
        return [replace(fault) for fault in self._pending.values()]

    def restore(self, snapshot: list[Fault]) -> None:
        self._pending.clear()
        self._pending.update((number, replace(fault)) for number, fault in enumerate(snapshot, 1))

    def rows(self) -> list[dict[str, Any]]:
        return [fault.as_json() for fault in self._pending.values()]


def _fits(path: str, pattern: str) -> bool:
    parts = ["*" if part.startswith("{") and part.endswith("}") else part for part in pattern.split("/")]
    first, _, rest = path[1:].partition("/")
    below = f"/{rest}" if "." in first else path.removeprefix(BASE_PATH)
    return any(_segments_fit(each.split("/"), parts) for each in (path, below))


def _segments_fit(segments: list[str], parts: list[str]) -> bool:
    return len(segments) == len(parts) and all(map(fnmatchcase, segments, parts))


def _checked(row: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = schema("fault", "mockserver.exchange")["properties"]
    for name in row:
        if name not in properties:
            near = nearest(name, properties)
            hint = f"; nearest: {near}" if near else ""
            raise FaultProblem(f"a fault has no {name!r}; allowed: {', '.join(properties)}{hint}")
    error = next(checker("fault", "mockserver.exchange").iter_errors(dict(row)), None)
    if error is not None:
        raise FaultProblem(f"a fault's {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}")
    row = {name: int(value) if isinstance(value, float) and name != "delay" else value for name, value in row.items()}
    if "code" in row:
        _check_code(row["code"])
    if "kind" in row and row.keys() & {"status", "code"}:
        raise FaultProblem("a fault has either a kind or a status, not both")
    if not row.keys() & {"kind", "status", "code", "delay"}:
        raise FaultProblem("a fault needs a kind, a status or a delay")
    return row


def _check_code(code: str) -> None:
    codes = {name for row in ERRORS.values() for name in (row.title, row.id) if name}
    if code not in codes:
        near = nearest(code, codes)
        raise FaultProblem(f"no error has the code {code!r}" + (f"; nearest: {near}" if near else ""))
