"""Trouble on demand: errors, delays and lost answers for the next matching calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from contracts import Error
from contracts.reading.spelling import nearest
from contracts.tables import ERRORS
from mockserver.exchange.asking import AskedProblem, Asking, is_about
from mockserver.exchange.response import Delivery, Response, error_response
from mockserver.memory.keeper import Keeper, Memory

__all__ = ["Fault", "FaultProblem", "Faults", "Kind"]

Kind = Literal["drop", "truncate", "stall", "commit_then_drop", "html", "half_json", "slow_body", "wrong_type"]

_ASKED_FOR = "a fault that was asked for"
_UNKNOWN = "unknown"
_PAGE = b"<html><body><h1>Bad Gateway</h1></body></html>"
_SLOW = 1.0  # seconds between the halves of a slow body
_KEPT = 100  # faults that are used up and still listed
_MOST = 1_000  # still to come


class FaultProblem(AskedProblem):
    """A fault that can't be set up; ``str()`` says what was expected."""


_ASKING = Asking("fault", FaultProblem)


@dataclass(slots=True)
class Fault:
    """The next ``times`` calls that match ``method`` and ``path`` meet it, ``delay`` seconds late.

    ``path`` is below the base path or the host, or whole; ``*`` and ``{id}`` stand for any text within a segment,
    ``**`` for any rest, and a single segment as ``/connections`` for what is below it, too.
    ``code`` names an error in the words of the service that is asked, as Zoho's ``AUTHENTICATION_FAILURE``.
    ``drop``, ``stall`` and ``html`` (a gateway's page, status 502) happen before the call is carried out,
    ``commit_then_drop``, ``truncate``, ``half_json``, ``slow_body`` and ``wrong_type`` (``text/plain``) after it.
    ``met`` counts the calls that met it; ``optional`` are those that a test may go without.
    """

    kind: Kind | None = None
    status: int | None = None
    method: str | None = None
    path: str | None = None
    times: int = 1
    retry_after: int | None = None
    delay: float = 0.0
    code: str | None = None
    met: int = 0
    optional: bool = False

    def __repr__(self) -> str:
        told = {name: value for name, value in self.as_json().items() if value != _DEFAULTS.get(name)}
        return f"Fault({', '.join(f'{name}={value!r}' for name, value in told.items())})"

    @property
    def name(self) -> str:
        """What the journal calls it."""
        return self.kind or self.code or (str(self.status) if self.status else "delay")

    @property
    def comes_first(self) -> bool:
        """Whether the call isn't carried out at all."""
        return self.status is not None or self.code is not None or self.kind in ("drop", "stall", "html")

    def matches(self, method: str, path: str) -> bool:
        return (self.method is None or self.method.upper() == method) and (
            self.path is None or is_about(self.path, path)
        )

    def answer(self, request_id: str, trouble: Callable[[int | None, str | None], Error]) -> Response:
        """What a call gets that isn't carried out; ``trouble`` is its service's error of a status and code."""
        if self.kind == "html":
            return Response(self.status or 502, {"Content-Type": "text/html"}, _PAGE, self.delivery)
        if self.status is None and self.code is None:
            return Response(0, delivery=self.delivery)
        error = trouble(self.status, self.code)
        wait = self.retry_after if self.retry_after is not None else 1 if self.status == 429 else None
        headers = {} if wait is None else {"Retry-After": str(wait)}
        names = dict.fromkeys(error.placeholders, _UNKNOWN)
        details = {**names, "message": _ASKED_FOR, "description": _ASKED_FOR, "type": "connections"}
        answer = error_response(error, details, request_id, headers)
        return replace(answer, status=self.status or error.status, delivery=self.delivery)

    def changed(self, response: Response) -> Response:
        """What becomes of the answer of a call that was carried out."""
        if self.kind == "half_json":
            response = replace(response, body=response.body[: len(response.body) // 2])
        if self.kind == "wrong_type":
            response = replace(response, headers={**response.headers, "Content-Type": "text/plain"})
        return replace(response, delivery=self.delivery)

    @property
    def delivery(self) -> Delivery:
        if self.kind in ("drop", "commit_then_drop"):
            return Delivery("drop", self.delay)
        if self.kind == "truncate":
            return Delivery("truncate", self.delay)
        if self.kind == "slow_body":
            return Delivery("whole", self.delay or _SLOW, pieces=2)
        return Delivery("stall" if self.kind == "stall" else "whole", self.delay)

    def as_json(self) -> dict[str, Any]:
        row = {name: value for name in (*_ASKING.keys, "met") if (value := getattr(self, name)) is not None}
        return row if self.optional else {name: value for name, value in row.items() if name != "optional"}


_DEFAULTS: Mapping[str, Any] = {"times": 1, "delay": 0.0, "met": 0, "optional": False}


class Faults:
    """All that were added, in that order, each with how often it was met."""

    def __init__(self, keeper: Keeper | None = None) -> None:
        self._pending: MutableMapping[int, Fault] = (keeper or Memory()).table("faults")

    @_ASKING.misspellings_told
    def add(
        self,
        *,
        kind: Kind | None = None,
        status: int | None = None,
        method: str | None = None,
        path: str | None = None,
        times: int = 1,
        retry_after: int | None = None,
        delay: float = 0.0,
        code: str | None = None,
        optional: bool = False,
    ) -> Fault:
        """Set up one fault, as ``POST /__admin/faults`` does; `FaultProblem`, a `ValueError`, says what doesn't fit.

        It is met by the next ``times`` calls with that method and path, or by any; ``/connections`` alone means what is
        below it too, ``*`` any segment, ``**`` any rest. It answers ``status`` (or the error that ``code`` names) with
        ``retry_after`` seconds, or does ``kind`` to the answer, ``delay`` seconds later. One that is never met fails
        its test, unless ``optional``. docs/faults.md lists kinds and statuses.
        """
        given = {
            "kind": kind,
            "status": status,
            "method": method,
            "path": path,
            "retry_after": retry_after,
            "code": code,
        }
        row = {name: value for name, value in given.items() if value is not None}
        late = {"delay": delay} if delay != 0 else {}
        return self.add_row({**row, **late, "times": times, "optional": optional})

    def add_row(self, row: Mapping[str, Any]) -> Fault:
        """The same, from the keys of a JSON object."""
        fault = Fault(**_checked(row))
        spent = [number for number, each in self._pending.items() if not each.times]
        if len(self._pending) - len(spent) >= _MOST:
            raise FaultProblem(f"{_MOST} faults are still to come; clear them, or let them happen")
        self._pending[max(self._pending, default=0) + 1] = fault
        for number in spent[:-_KEPT]:
            del self._pending[number]
        return fault

    def take(self, method: str, path: str) -> Fault | None:
        """The first fault that matches the call and isn't used up; one time of it is."""
        if not self._pending:
            return None
        rows = self._pending.items()
        number = next((number for number, fault in rows if fault.times and fault.matches(method, path)), None)
        if number is None:
            return None
        fault = self._pending[number]
        self._pending[number] = replace(fault, times=fault.times - 1, met=fault.met + 1)
        return fault

    def unmet(self) -> list[Fault]:
        """Those that no call has met and that a test doesn't go without."""
        return [fault for fault in self._pending.values() if not fault.met and not fault.optional]

    def clear(self) -> None:
        """Forget all, met or not."""
        self._pending.clear()

    def snapshot(self) -> list[Fault]:
        """Copies of them, for `restore`."""
        return [replace(fault) for fault in self._pending.values()]

    def restore(self, snapshot: list[Fault]) -> None:
        """Have those of ``snapshot`` again, each met as often as it was then."""
        self._pending.clear()
        self._pending.update((number, replace(fault)) for number, fault in enumerate(snapshot, 1))

    def rows(self) -> list[dict[str, Any]]:
        """As ``GET /__admin/faults`` lists them: what was asked for, and ``met``."""
        return [fault.as_json() for fault in self._pending.values()]


def _checked(row: Mapping[str, Any]) -> Mapping[str, Any]:
    _ASKING.check(row)
    row = {name: int(value) if isinstance(value, float) and name != "delay" else value for name, value in row.items()}
    if "code" in row:
        _check_code(row["code"])
    if "kind" in row and ("code" in row or ("status" in row and row["kind"] != "html")):
        raise FaultProblem("a fault has either a kind or a status, not both; html alone takes both")
    if not row.keys() & {"kind", "status", "code", "delay"}:
        raise FaultProblem("a fault needs a kind, a status or a delay")
    return row


def _check_code(code: str) -> None:
    codes = {name for row in ERRORS.values() for name in (row.title, row.id) if name}
    if code not in codes:
        near = nearest(code, codes)
        raise FaultProblem(f"no error has the code {code!r}" + (f"; nearest: {near}" if near else ""))
