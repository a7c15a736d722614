"""One request of a file under the contract: what is broken, and where in the file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from contracts import BASE_PATH, RULES, Call, Contract, Operation, Request
from contracts.judging.request import headers_of
from contracts.judging.rule import help_of
from contracts.judging.violations import Violation
from contracts.tables import ROUTES
from mockserver.exchange.masking import Masker
from mockserver.exchange.texts import secrets as named_secrets
from mockserver.exchange.texts import sounds_secret
from mockserver.exchange.written import masked_violation
from mockserver.hosts import is_emulated, locate
from mockserver.linting.finding import Finding, Tally
from mockserver.linting.secrets import Secrets
from mockserver.readers.json_places import places_of
from mockserver.readers.read_request import ReadRequest
from mockserver.readers.text import Place, Text
from mockserver.readers.urls import may_be_ours
from mockserver.readers.variables import UNKNOWN, blanked, filled_json
from mockserver.services.table import SHOWS

__all__ = ["judge", "judge_body", "located"]

_FILL_IN = "FS-FILL-01"


def judge(read: ReadRequest, file: str, contract: Contract, tally: Tally, secrets: Secrets) -> None:
    """Put what is broken of a request into ``tally``, or count it where it isn't for an emulated service.

    What it names as a secret is put into ``secrets``.
    """
    secrets.add(_beside(read, contract).found)
    if not read.is_request:
        return
    sent = located(read)
    if read.told is not None:
        masker = _masker(contract.judge(sent.request, sent.path), sent.body) if sent else _of_another(read, contract)
        secrets.add(masker.found)
        _as_told(read, file, contract, tally, masker)
        return
    if sent is None:
        tally.not_judged += 1
        secrets.add(_of_another(read, contract).found)
        return
    call = contract.judge(sent.request, sent.path)
    secrets.add(_tell(_Judged(read, sent.body, call), file, tally).found)


def judge_body(read: ReadRequest, operation: Operation, file: str, contract: Contract, tally: Tally) -> Iterable[str]:
    """The same of a body by itself; what it names as a secret."""
    assert read.body is not None
    body = filled_json(read.body)
    call = contract.judge_body(operation, body.value.encode("utf-8", "surrogateescape"))
    return _tell(_Judged(read, body, call), file, tally).found


# Of a file's request the one that would be sent


@dataclass(frozen=True, slots=True)
class Sent:
    """``path`` is that on its host; ``body`` the one that is judged, its variables filled in."""

    request: Request
    path: str
    body: Text | None


_URL = re.compile(r"(?:(?P<scheme>https?)://)?(?P<host>[^/?#]*)(?P<target>[^#]*)", re.IGNORECASE)


def located(read: ReadRequest) -> Sent | None:
    """The request as it would arrive; ``None`` where no emulated service is asked, nor in a browser's preflight."""
    url = blanked(read.url).value.strip()
    found = _URL.match(url)
    if found is None or read.method.value.upper() == "OPTIONS" or not may_be_ours(url):
        return None
    host = found["host"].rpartition("@")[2].partition(":")[0]
    target = found["target"] if found["target"].startswith("/") else f"/{found['target']}"
    pairs = [(name.value, blanked(value).value) for name, value in read.headers]
    headers = headers_of((name, value) for name, value in pairs if name.lower() != "host")
    if is_emulated(host):
        headers["host"] = host
    elif not (found["scheme"] or host.startswith("{") or not host or "." not in host):
        return None
    request = Request(read.method.value.upper(), target, headers)
    path = _path(request, is_known="{" not in host)
    if path is None:
        return None
    operation = ROUTES.find(path).operations.get(request.method)
    is_form = operation is not None and operation.body == "form"
    body = None
    if read.body is not None:
        body = blanked(read.body) if is_form else filled_json(read.body)
        request.body = body.value.encode("utf-8", "surrogateescape")
    elif not read.body_known and not is_form:
        request.body = b"{}"
    return Sent(request, path, body)


def _path(request: Request, is_known: bool) -> str | None:
    """The path that a service answers; where the host isn't known it may be below Flow Service's base path."""
    path = locate(request)[1]
    if ROUTES.find(path).service is not None:
        return path
    below = f"{BASE_PATH}{request.path}"
    return below if not is_known and ROUTES.find(below).operations else None


# What is told


@dataclass
class _Judged:
    read: ReadRequest
    body: Text | None
    call: Call

    def violations(self) -> Iterator[Violation]:
        """Those of what is known."""
        return (found for found in self.call.violations if self._is_known(found.pointer))

    def _is_known(self, pointer: str) -> bool:
        """Whether no variable stands at ``pointer``, nor in what it leads to."""
        where, _, name = pointer.partition("/")
        request = self.call.request
        if where == "headers":
            return UNKNOWN not in request.headers.get(name, "")
        if where == "query":
            pairs = (pair.partition("=") for pair in request.query.split("&"))
            return UNKNOWN not in name and not any(UNKNOWN in value for key, _, value in pairs if key == name)
        if where == "path":
            return UNKNOWN not in request.path
        return where == "method" or self._is_known_in_body(pointer)

    def _is_known_in_body(self, pointer: str) -> bool:
        if not self.read.body_known or (self.body is not None and self.body.value.strip(' \n\r\t"') == UNKNOWN):
            return False
        return not pointer or UNKNOWN not in json.dumps(_part(self._document, pointer))

    @cached_property
    def _document(self) -> Any:
        try:
            return json.loads(self.call.request.body)
        except (ValueError, RecursionError):
            return None

    def place(self, pointer: str, problem: str) -> Place:
        """Where in the file that stands, or what it is missing from."""
        where, _, name = pointer.partition("/")
        if where == "headers":
            values = (value for header, value in self.read.headers if header.value.lower() == name)
            return next((value.place() for value in values), self.read.begin)
        if where == "query":
            found = re.search(rf"[?&]({re.escape(name)})(?:=|&|$)", self.read.url.value)
            return self.read.url.place(found.start(1) if found else 0)
        if where in ("path", "method"):
            return (self.read.url if where == "path" else self.read.method).place()
        return self._place_in_body(pointer, problem)

    def _place_in_body(self, pointer: str, problem: str) -> Place:
        if self.body is None:
            return self.read.begin
        told = _LINE.search(problem)
        if not pointer and told:
            lines = self.body.value.split("\n", int(told[1]) - 1)[:-1]
            return self.body.place(min(sum(len(line) + 1 for line in lines) + int(told[2]) - 1, len(self.body.value)))
        while pointer and pointer not in self._places:
            pointer = pointer.rpartition("/")[0]
        return self.body.place(self._places.get(pointer, (0, 0))[0])

    @cached_property
    def _places(self) -> Mapping[str, tuple[int, int]]:
        return places_of(self.body.value) if self.body is not None and self._document is not None else {}


_LINE = re.compile(r"line (\d+), column (\d+)")


def _part(document: Any, pointer: str) -> Any:
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(document, dict):
            document = document.get(name)
        elif isinstance(document, list) and name.isdecimal() and int(name) < len(document):
            document = document[int(name)]
        else:
            return document
    return document


def _tell(judged: _Judged, file: str, tally: Tally) -> Masker:
    call = judged.call
    masker = _masker(call, judged.body)
    if call.operation is not None and not call.violations:
        tally.looked_at(f"{call.request.method} {call.operation.path}")
        return masker
    operation = _asked(call, masker)
    tally.looked_at(operation)
    for found in judged.violations():
        severity = call.severity(found)
        if found.rule.id == _FILL_IN and severity == "warning":
            tally.placeholders += 1
            continue
        row = masked_violation(found.as_json(severity), masker)
        tally.findings.append(_finding(row, file, judged.place(found.pointer, found.problem), operation))
    return masker


def _masker(call: Call, body: Text | None) -> Masker:
    """One that has seen the whole request, and knows its secrets from there."""
    masker, request = Masker(call.terms.catalogue, SHOWS, call.collection), call.request
    masker.url(request.url)
    masker.headers(request.headers)
    if call.operation is not None and call.operation.body == "form":
        masker.form(request.body, request.headers.get("content-type"))
    else:
        masker.body(request.body)
    if body is not None:
        masker.hidden(named_secrets(body.value))  # also where a key that stands twice hides it
    return masker


def _of_another(read: ReadRequest, contract: Contract) -> Masker:
    """One that has seen a request to a service that isn't emulated, which is read as far as names go."""
    masker, headers = Masker(contract.terms.catalogue, SHOWS), headers_of(_pairs(read))
    masker.url(read.url.value)
    masker.headers(headers)
    if read.body is not None:
        masker.hidden(named_secrets(read.body.value))
        masker.form(read.body.value.encode("utf-8", "surrogateescape"), headers.get("content-type"))
    return masker


def _pairs(read: ReadRequest) -> Iterator[tuple[str, str]]:
    return ((name.value, value.value) for name, value in read.headers)


def _beside(read: ReadRequest, contract: Contract) -> Masker:
    """One that has seen what a request was answered, and what stands beside it in its file."""
    masker = Masker(contract.terms.catalogue, SHOWS)
    for name, value in read.named:
        if sounds_secret(name):
            masker.hidden(value.partition(" ")[2] if value.lower().startswith("bearer ") else value)
    if read.answer is not None and read.answer.body:
        masker.hidden(named_secrets(read.answer.body.decode("utf-8", "replace")))
    return masker


_LONGEST = 200  # characters of a path


def _asked(call: Call, masker: Masker) -> str:
    """The method and the path that was asked."""
    path = call.operation.path if call.operation else call.request.path
    return f"{masker.again(call.request.method)} {masker.again(path)[:_LONGEST]}"


def _finding(row: Mapping[str, Any], file: str, place: Place, operation: str) -> Finding:
    rule = RULES.get(row["rule"])
    return Finding(
        file,
        *place,
        operation,
        row["rule"],
        row["level"],
        row["severity"],
        row["pointer"],
        row["message"],
        row["found"],
        [*row["allowed"]],
        row["nearest"],
        rule.mend if rule else "",
        row["document"],
        help_of(row["rule"]),
    )


# A journal


def _as_told(read: ReadRequest, file: str, contract: Contract, tally: Tally, masker: Masker) -> None:
    """What a journal says was broken, since it has seen what was stored; ``masker`` has seen the request."""
    found = _URL.match(read.url.value)
    path = found["target"].partition("?")[0] if found else ""
    operation = f"{masker.again(read.method.value)} {masker.again(path)[:_LONGEST]}"
    tally.looked_at(operation)
    for row, text in read.told or ():
        told = _complete(row)
        strictness = contract.terms.strictness
        if strictness != "default" and told["rule"] in RULES:
            told["severity"] = RULES[told["rule"]].severity(strictness)
        if told["rule"] == _FILL_IN and told["severity"] == "warning":
            tally.placeholders += 1
        elif told["severity"] in ("error", "warning"):
            tally.findings.append(_finding(masked_violation(told, masker), file, text.place(), operation))


def _complete(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with every key, of whatever an older or edited journal says."""
    told: dict[str, Any] = {name: str(row.get(name) or "") for name in _TEXTS}
    told |= {name: row[name] if isinstance(row.get(name), str) else None for name in ("found", "nearest")}
    allowed: Sequence[Any] = row["allowed"] if isinstance(row.get("allowed"), list) else []
    return {**told, "allowed": [str(each) for each in allowed]}


_TEXTS = ("rule", "level", "severity", "pointer", "message", "document")
