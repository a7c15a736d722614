"""What a client leaves around itself: state that reaches another tenant, and secrets that reach a reader."""

from __future__ import annotations

import copy
import logging
import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from typing import Any, TextIO

import pytest

from contracts.battery.base import OTHERS, SECRETS, Client, Outcome, checks

__all__ = ["SecretContract", "TenantContract"]

_IDENTITY = ("access_token", "api_key", "org_id", "sandbox_name")
_HEADERS = ("Authorization", "x-api-key", "x-gw-ims-org-id", "x-sandbox-name")

# Debug output of an HTTP library isn't the client's own.
_LIBRARIES = frozenset(
    ("urllib3", "requests", "httpx", "httpcore", "aiohttp", "http", "hpack", "h11", "asyncio", "anyio", "trio")
    + ("charset_normalizer", "concurrent", "hypothesis", "uvicorn", "mockserver", "contracts")
)


class TenantContract(Client):
    """Two platforms in one process."""

    @pytest.mark.parametrize("same_url", [True, False], ids=["same-url", "other-url"])
    @checks("FC-TEN-01")
    def test_two_platforms_do_not_see_each_other(self, rule: str, same_url: bool) -> None:
        first = self.stage.platform()
        self._goes_to(rule, first)
        second = self.stage.sibling(first, "dev") if same_url else self.stage.platform("dev")
        for number, platform in enumerate((second, first, second)):
            name = f"turn {number}"
            outcome = self.run("create_connection", platform, self.connection(name))
            for exchange in outcome.exchanges:
                for header, attribute in zip(_HEADERS, _IDENTITY, strict=True):
                    value = exchange.request.headers.get(header.lower(), "")
                    if value.removeprefix("Bearer ") != getattr(platform, attribute):
                        found = "another's" if value else "nothing"
                        self.found(rule, header, expected="this platform's own", found=found, exchange=exchange)
            if name not in [each["name"] for each in platform.connections()]:
                last = outcome.exchanges[-1] if outcome.exchanges else None
                self.found(rule, "url", expected=f"{name!r} on its own platform", found=str(outcome), exchange=last)
        self._read_apart(rule, first, second)

    @checks("FC-TEN-02")
    def test_what_was_handed_in_is_not_changed(self, rule: str) -> None:
        platform = self.stage.platform()
        self.created(platform)
        connection = self.connection("handed in")
        params, before = connection.params, copy.deepcopy(connection.params)
        identity = {name: getattr(platform, name) for name in ("url", *_IDENTITY)}
        outcome = self.run("create_connection", platform, connection)
        last = outcome.exchanges[-1] if outcome.exchanges else None
        if params != before or list(params) != list(before):
            changed = sorted(set(params.items()) ^ set(before.items()))
            names = ", ".join(dict.fromkeys(name for name, _ in changed)) or "their order"
            self.found(rule, "params", expected="unchanged", found=f"changed: {names}", exchange=last)
        if identity != {name: getattr(platform, name) for name in identity}:
            self.found(rule, "platform", expected="unchanged", found="changed", exchange=last)

    def _goes_to(self, rule: str, platform: Any) -> None:
        """A client that could create before and now asks somebody else remembers an earlier platform's URL."""
        self.needs_creation()
        outcome = self.run("create_connection", platform, self.connection("one"))
        if not outcome.exchanges:
            found = f"no request came; {outcome}"
            self.found(rule, "url", expected="a request to this platform's URL", found=found)

    def _read_apart(self, rule: str, first: Any, second: Any) -> None:
        if self.does("get_connection"):
            id = first.connections()[0]["id"]
            self.run("get_connection", first, id)
            outcome = self.run("get_connection", second, id)
            if outcome.error is None and outcome.value is not None:
                last = outcome.exchanges[-1] if outcome.exchanges else None
                self.found(rule, "id", expected="404: it is another's", found=str(outcome), exchange=last)
        if not self.does("list_connections"):
            return
        for platform in (first, second):
            outcome = self.run("list_connections", platform)
            if outcome.error is None and len(outcome.value or ()) != len(platform.connections()):
                found = f"{len(outcome.value or ())} items"
                expected = f"{len(platform.connections())} items"
                last = outcome.exchanges[-1] if outcome.exchanges else None
                self.found(rule, "items", expected=expected, found=found, exchange=last)


@dataclass
class _Sinks:
    """Everything that a reader of logs, terminals and reports could see."""

    log: list[str] = field(default_factory=list)
    printed: str = ""
    warned: list[str] = field(default_factory=list)


_SCENES: dict[str, dict[str, Any]] = {
    "success": {},
    "refused-400": {"error": "FLOW-1100-400"},
    "refused-401": {"error": "401013"},
    "refused-403": {"error": "403025"},
    "refused-404": {"error": "404000"},
    "refused-412": {"error": "FLOW-1404-412"},
    "limited-429": {"error": "429050", "headers": {"Retry-After": "0"}, "times": 1},
    "failed-500": {"status": 500, "headers": {"Content-Type": "text/html"}, "body": b"<html>no</html>"},
    "failed-503": {"error": "FLOW-1103-503", "times": 1},
    "not-json": {"status": 201, "headers": {"Content-Type": "application/json"}, "body": b"{"},
    "dropped": {"kind": "drop"},
    "stalled": {"kind": "stall", "times": 1},
}
_CASES = [("create_connection", scene) for scene in _SCENES]
_CASES += [(method, scene) for method in OTHERS for scene in ("success", "refused-400", "refused-401")]


class SecretContract(Client):
    """Recognisable credentials are looked for wherever a client could have left them."""

    @pytest.mark.parametrize(("method", "scene"), _CASES)
    @checks("FC-SEC-01")
    def test_no_secret_is_logged(self, rule: str, method: str, scene: str) -> None:
        self._leaves_none(rule, "log", method, scene)

    @pytest.mark.parametrize(("method", "scene"), _CASES)
    @checks("FC-SEC-02")
    def test_no_secret_is_printed(self, rule: str, method: str, scene: str) -> None:
        self._leaves_none(rule, "stdout and stderr", method, scene)

    @pytest.mark.parametrize(("method", "scene"), _CASES)
    @checks("FC-SEC-03")
    def test_no_secret_stands_in_a_warning(self, rule: str, method: str, scene: str) -> None:
        self._leaves_none(rule, "warnings", method, scene)

    @pytest.mark.parametrize(("method", "scene"), [case for case in _CASES if case[1] != "success"])
    @checks("FC-SEC-04")
    def test_no_secret_stands_in_an_error(self, rule: str, method: str, scene: str) -> None:
        self._leaves_none(rule, "exception", method, scene)

    @pytest.mark.parametrize("method", ["create_connection", "get_connection", "update_connection"])
    @checks("FC-SEC-05")
    def test_no_secret_stands_in_the_repr(self, rule: str, method: str) -> None:
        self._leaves_none(rule, "repr", method, "success")

    def _leaves_none(self, rule: str, place: str, method: str, scene: str) -> None:
        self.needs(method)
        sinks, outcome, secrets = self.once((method, scene), lambda: self._watch(method, scene))
        texts = {
            "log": sinks.log,
            "stdout and stderr": [sinks.printed],
            "warnings": sinks.warned,
            "exception": list(_chain(outcome.error)),
            "repr": [repr(outcome.value), str(outcome.value)] if outcome.error is None else [],
        }[place]
        for name, secret in secrets.items():
            if any(secret in text for text in texts):
                last = outcome.exchanges[-1] if outcome.exchanges else None
                told = f"{place} ({method}, {scene})"
                self.found(rule, told, expected="no secret", found=f"the {name}", exchange=last)

    def _watch(self, method: str, scene: str) -> tuple[_Sinks, Outcome, dict[str, str]]:
        """Call once; every rule about secrets looks at what was left."""
        platform = self.stage.platform()
        id, etag = self.created(platform)
        if _SCENES[scene]:
            delay = {"delay": self.timeout} if scene == "stalled" else {}
            platform.play(**_SCENES[scene], **delay)
        with _watched() as sinks:
            outcome = self.run_with(method, platform, id, etag)
        params = self.connection().params
        return sinks, outcome, {name: params[name] for name in SECRETS} | {"bearer token": platform.access_token}


@contextmanager
def _watched() -> Iterator[_Sinks]:
    """Every log record at every level, every print, every warning."""
    sinks = _Sinks()
    make, level, disabled = logging.getLogRecordFactory(), logging.root.level, logging.root.manager.disable

    def record(*arguments: Any, **more: Any) -> logging.LogRecord:
        made = make(*arguments, **more)
        if made.name.partition(".")[0] not in _LIBRARIES:
            sinks.log += [made.getMessage(), repr(vars(made)), *_chain((made.exc_info or (None, None))[1])]
        return made

    logging.setLogRecordFactory(record)
    logging.root.setLevel(1)
    logging.disable(logging.NOTSET)
    try:
        with _descriptors() as file, warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            with redirect_stdout(file), redirect_stderr(file):
                yield sinks
            file.flush()
            file.seek(0)
            sinks.printed = file.read()
        sinks.warned += [str(each.message) for each in caught]
    finally:
        logging.setLogRecordFactory(make)
        logging.root.setLevel(level)
        logging.disable(disabled)


@contextmanager
def _descriptors() -> Iterator[TextIO]:
    """A file in place of the two file descriptors, for what is printed past `sys.stdout`."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="backslashreplace") as file:
        saved = {number: os.dup(number) for number in (1, 2)}
        try:
            for number in saved:
                os.dup2(file.fileno(), number)
            yield file
        finally:
            for stream in (sys.__stdout__, sys.__stderr__):
                if stream is not None:
                    stream.flush()
            for number, copy_ in saved.items():
                os.dup2(copy_, number)
                os.close(copy_)


def _chain(error: BaseException | None) -> Iterator[str]:
    """The texts of an error, of what caused it and of what it happened in."""
    seen: set[int] = set()
    pending = [error]
    while pending:
        each = pending.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        yield from (str(each), repr(each), repr(each.args), *getattr(each, "__notes__", ()))
        pending += [each.__cause__, each.__context__]
