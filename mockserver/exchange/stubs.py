"""Answers of a user's own: for what the mock doesn't imitate, or in place of what it does."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from contracts import Request
from contracts.reading import json_text
from mockserver.exchange.asking import AskedProblem, Asking, is_about
from mockserver.exchange.response import Response
from mockserver.hosts import is_at_home
from mockserver.memory.keeper import Keeper, Memory

__all__ = ["Stub", "StubProblem", "Stubs", "checked", "stubs_in"]

_MOST = 1_000  # that aren't used up
_MOST_BYTES = 16 * 1024 * 1024  # of all, used up or not
_KEPT = 100  # that are used up and still listed
_NO_BODY = (204, 205, 304)
_FRAMING = ("connection", "content-length", "keep-alive", "transfer-encoding", "upgrade")
_NEVER: Any = ...
"""What a keyword is where it isn't given, since ``None`` is JSON too."""


class StubProblem(AskedProblem):
    """A stub that can't be set up; ``str()`` says what was expected."""


_ASKING = Asking("stub", StubProblem)


@dataclass(frozen=True, slots=True)
class Stub:
    """One answer, and which calls get it; ``met`` counts those that did.

    ``given`` is what ``POST /__admin/stubs`` takes: ``path`` as a fault has it, ``method``, ``host`` (``*.example.com``
    is any below it), ``query`` and ``request_json`` (what the call has at least), ``times`` (always, by default),
    and ``status``, ``headers`` and ``json`` or ``body`` of the answer. A test may go without one that is ``optional``.
    """

    given: Mapping[str, Any]
    met: int = 0

    def __repr__(self) -> str:
        told = {name: self.given[name] for name in (*_TOLD, "times", "optional") if name in self.given}
        told |= {"status": self.status, **({"met": self.met} if self.met else {})}
        return f"Stub({', '.join(f'{name}={value!r}' for name, value in told.items())})"

    @property
    def name(self) -> str:
        """What the journal calls it: its method, host and path."""
        method, host, path = (self.given.get(name, "") for name in _TOLD)
        return f"{method.upper()} {host}{path}".strip()

    @property
    def host(self) -> str | None:
        """The host that it names, by its key or as the path's first segment."""
        given: str | None = self.given.get("host")
        first = self.given["path"][1:].partition("/")[0]
        return (given or first).lower() if given or _is_name(first) else None

    @property
    def status(self) -> int:
        return int(self.given.get("status", 200))

    @property
    def is_spent(self) -> bool:
        return bool(self.met >= self.given.get("times", self.met + 1))

    @property
    def is_optional(self) -> bool:
        return bool(self.given.get("optional"))

    def answer(self) -> Response:
        headers = dict(self.given.get("headers", {}))
        kind, body = "application/json", b""
        if "json" in self.given:
            body = json_text.render(self.given["json"])
        elif "body" in self.given:
            kind, body = "text/plain; charset=utf-8", self.given["body"].encode("utf-8", "surrogatepass")
        if body and not any(name.lower() == "content-type" for name in headers):
            headers["Content-Type"] = kind
        return Response(self.status, headers, body)

    def as_json(self) -> dict[str, Any]:
        """The row with its count, unmasked; ``times`` are those that are left."""
        row = {name: self.given[name] for name in _ASKING.keys if name in self.given}
        if "times" in row:
            row["times"] -= min(self.met, row["times"])
        return {**row, "status": self.status, "met": self.met}


_TOLD = ("method", "host", "path")


class Stubs:
    """All that were added, in that order, each with how often it was met. Of those that match, the newest answers.

    ``given`` are rows that are there from the start and after each `reset`, the last of them the newest.
    """

    def __init__(self, keeper: Keeper | None = None, given: Iterable[Mapping[str, Any]] = ()) -> None:
        keeper = keeper or Memory()
        self._added: MutableMapping[int, tuple[int, Mapping[str, Any]]] = keeper.table("stubs")
        """The size of each in bytes, and its row."""
        self._met: MutableMapping[Any, int] = keeper.table("stubs_met")
        """By an added one's number, or a given one's name; of those that were cleared `_GONE`."""
        self._given = dict(_named(map(_checked, given)))
        self.standing = (self._added, self._given)
        """Whether there are any is looked at before each call, at the least cost: ``any(stubs.standing)``."""
        self._given_size = sum(map(_size, self._given.values()))
        self._check_room(0, len(self._given))

    @_ASKING.misspellings_told
    def add(
        self,
        *,
        path: str,
        method: str | None = None,
        host: str | None = None,
        query: Mapping[str, str | Sequence[str]] | None = None,
        request_json: Any = _NEVER,
        times: int | None = None,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        json: Any = _NEVER,
        body: str | None = None,
        optional: bool = False,
    ) -> Stub:
        """Set up one stub, as ``POST /__admin/stubs`` does; `StubProblem`, a `ValueError`, says what doesn't fit.

        It answers the calls with that ``path`` (as in a fault's), and where they are given, ``method``, ``host``
        (``*.example.com`` is any below it), ``query`` and the whole body ``request_json``; the newest that fits, the
        first ``times`` calls or all. The answer has ``status``, ``headers`` and either ``json`` or the text ``body``.
        One that is never met fails its test, unless ``optional``.
        """
        row = {
            "path": path,
            "method": method,
            "host": host,
            "query": query if query is None else {name: _plain(value) for name, value in query.items()},
            "times": times,
            "status": status,
            "headers": headers if headers is None else dict(headers),
            "body": body,
            "optional": optional or None,
        }
        values = {"request_json": request_json, "json": json}
        given = {name: value for name, value in row.items() if value is not None}
        return self.add_row({**given, **{name: value for name, value in values.items() if value is not _NEVER}})

    def add_row(self, row: Mapping[str, Any]) -> Stub:
        """The same, from the keys of a JSON object."""
        given = _checked(row)
        times = {key: each["times"] for key, (_, each) in self._added.items() if "times" in each}
        spent = [key for key in times if self._met.get(key, 0) >= times[key]]
        for key in spent[:-_KEPT]:
            del self._added[key]
            del self._met[key]
        size = _size(given)
        self._check_room(size, len(self._given) + len(self._added) - min(len(spent), _KEPT) + 1)
        self._added[max(self._added, default=0) + 1] = size, given
        return Stub(given)

    def _check_room(self, size: int, count: int) -> None:
        if count > _MOST:
            raise StubProblem(f"no more than {_MOST} stubs can stand at once; clear them")
        if size + self._given_size + sum(each for each, _ in self._added.values()) > _MOST_BYTES:
            raise StubProblem(f"all stubs together take more than {_MOST_BYTES} bytes; clear them")

    def take(self, request: Request, host: str | None, path: str) -> Stub | None:
        """The newest stub that the call matches and that isn't used up; one time of it is."""
        asked = _Asked(request, host, path)
        for key, stub in reversed(list(self._all())):
            if not stub.is_spent and asked.fits(stub):
                self._met[key] = stub.met + 1
                return Stub(stub.given, stub.met + 1)
        return None

    def stand_for(self, host: str) -> bool:
        """Whether one of them names this host, letter case and a dot at the end aside."""
        plain = host.lower().removesuffix(".")
        return any(_is_named(each, plain) for each in self.hosts())

    def hosts(self) -> set[str]:
        """The hosts that they name; ``*.example.com`` is any below it."""
        return {stub.host for _, stub in self._all() if stub.host is not None}

    def located(self, request: Request, path: str) -> tuple[str | None, str]:
        """The host that a request means, if a stub names it, and its path as that of an emulated host.

        ``path`` is that of a request which means no emulated host.
        """
        first = path[1:].partition("/")[0].lower()
        if _is_name(first) and self.stand_for(first):
            return first, path
        named = request.headers.get("host", "").rpartition("@")[2].partition(":")[0].lower()
        if _is_name(named) and self.stand_for(named):
            return named, f"/{named}{path}"
        return None, path

    def unmet(self) -> list[Stub]:
        """Those that no call has met and that a test doesn't go without."""
        return [stub for _, stub in self._all() if not stub.met and not stub.is_optional]

    def clear(self) -> None:
        """Forget all, those that were given too."""
        self._added.clear()
        self._met.clear()
        self._met.update(dict.fromkeys(self._given, _GONE))

    def reset(self) -> None:
        """Begin again with those that were given."""
        self._added.clear()
        self._met.clear()

    def snapshot(self) -> Any:
        """What `restore` takes."""
        return dict(self._added), dict(self._met)

    def restore(self, snapshot: Any) -> None:
        """Have those of ``snapshot`` again, each met as often as it was then."""
        self.reset()
        added, met = snapshot
        self._added.update(added)
        self._met.update(met)

    def rows(self) -> list[dict[str, Any]]:
        """As JSON, unmasked."""
        return [stub.as_json() for _, stub in self._all()]

    def _all(self) -> Iterator[tuple[Any, Stub]]:
        """Oldest first."""
        for name, given in list(self._given.items()):
            met = self._met.get(name, 0)
            if met != _GONE:
                yield name, Stub(given, met)
        for number, (_, given) in list(self._added.items()):
            yield number, Stub(given, self._met.get(number, 0))


_GONE = -1


def checked(rows: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """The rows, if there is room for them all."""
    Stubs(given=rows)
    return rows


def stubs_in(files: Iterable[Path]) -> list[Mapping[str, Any]]:
    """The rows of ``--stubs`` files; `StubProblem` names the file, and where in it one doesn't fit."""
    return [row for file in files for row in _rows_of(file)]


def _rows_of(file: Path) -> list[Mapping[str, Any]]:
    try:
        rows = json_text.parse(file.read_bytes())
    except (OSError, json_text.JsonProblem) as problem:
        raise StubProblem(f"{file}: {problem}") from None
    if not isinstance(rows, list):
        raise StubProblem(f'{file}: expected a list of stubs, as [{{"path": "/v1/things", "json": {{}}}}]')
    for number, row in enumerate(rows):
        try:
            _checked(row)
        except StubProblem as problem:
            raise StubProblem(f"{file}: /{number}{problem.pointer}: {problem}") from None
    return rows


def _named(rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each row by a name that it has in every process, and after a restart."""
    seen: dict[str, int] = {}
    for row in rows:
        digest = hashlib.sha256(json_text.render(row)).hexdigest()[:32]
        seen[digest] = seen.get(digest, 0) + 1
        yield f"{digest}/{seen[digest]}", row


class _Asked:
    """One call, as stubs are compared with it; its body is read once, when the first asks for it."""

    def __init__(self, request: Request, host: str | None, path: str) -> None:
        self._request = request
        self._host = host
        self._path = path
        self._document: Any = _NEVER

    def fits(self, stub: Stub) -> bool:
        given = stub.given
        return (
            given.get("method", self._request.method).upper() == self._request.method.upper()
            and ("host" not in given or self._means(given["host"].lower()))
            and is_about(given["path"], self._path)
            and ("query" not in given or self._asks(given["query"]))
            and ("request_json" not in given or _holds(self._json(), given["request_json"]))
        )

    def _means(self, host: str) -> bool:
        """The mock's own origin is every host that answers its paths."""
        return is_at_home(host, self._path) if self._host is None else _is_named(host, self._host)

    def _asks(self, wanted: Mapping[str, Any]) -> bool:
        asked = parse_qs(self._request.query, keep_blank_values=True)
        return all(set(_listed(values)) <= set(asked.get(name, ())) for name, values in wanted.items())

    def _json(self) -> Any:
        if self._document is _NEVER:
            try:
                self._document = json_text.parse(self._request.body)
            except json_text.JsonProblem:
                self._document = _NOTHING
        return self._document


_NOTHING = object()


def _holds(value: Any, part: Any) -> bool:
    """Whether a JSON value has at least what ``part`` has; lists are as long as one another."""
    if isinstance(part, Mapping):
        return isinstance(value, Mapping) and all(name in value and _holds(value[name], part[name]) for name in part)
    if isinstance(part, list):
        return isinstance(value, list) and len(value) == len(part) and all(map(_holds, value, part))
    return isinstance(value, bool) == isinstance(part, bool) and bool(value == part)


def _is_named(pattern: str, host: str) -> bool:
    return host == pattern or (pattern.startswith("*.") and host.endswith(pattern[1:]))


def _is_name(text: str) -> bool:
    """Whether it can be the name of a host that isn't this machine."""
    return "." in text and text[-1:].isalpha() and text.isascii()


def _listed(values: str | Sequence[str]) -> Sequence[str]:
    return [values] if isinstance(values, str) else values


def _plain(value: Any) -> Any:
    return value if isinstance(value, str) else list(value)


def _checked(row: Any) -> Mapping[str, Any]:
    """A copy of the row, or what doesn't fit."""
    if not isinstance(row, Mapping):
        raise StubProblem("a stub is a JSON object")
    _ASKING.check(row)
    for check in _CHECKS:
        check(row)
    copied: dict[str, Any] = json_text.parse(json_text.render(dict(row)))
    return {name: int(value) if name in ("times", "status") else value for name, value in copied.items()}


def _check_path(row: Mapping[str, Any]) -> None:
    path = row["path"]
    if "://" in path:
        raise StubProblem("a stub's path begins with /; its host is a key of its own", "/path")
    if not path.startswith("/"):
        raise StubProblem(f"a stub's path begins with /, not {path[:1]!r}", "/path")
    if "?" in path or "#" in path:
        raise StubProblem('a stub\'s path holds no query; give that as "query": {"name": "value"}', "/path")


def _check_values(row: Mapping[str, Any]) -> None:
    """Whatever was given in Python is JSON, too."""
    for name in ("json", "request_json"):
        try:
            json_text.parse(json_text.render(row.get(name)))
        except (TypeError, ValueError, RecursionError) as problem:
            raise StubProblem(f"a stub's {name} isn't JSON: {str(problem)[:200]}", f"/{name}") from None


def _check_answer(row: Mapping[str, Any]) -> None:
    if "json" in row and "body" in row:
        raise StubProblem("a stub has either json or body, not both", "/body")
    if row.get("status") in _NO_BODY and ("json" in row or row.get("body")):
        raise StubProblem(f"an answer with status {row['status']} has no body", "/status")
    for name in row.get("headers", ()):
        if name.lower() in _FRAMING:
            raise StubProblem(f"a stub's {name} is the server's to send; a fault can cut or delay", f"/headers/{name}")


_CHECKS: tuple[Callable[[Mapping[str, Any]], None], ...] = (_check_path, _check_values, _check_answer)


def _size(row: Mapping[str, Any]) -> int:
    return len(json_text.render(row))
