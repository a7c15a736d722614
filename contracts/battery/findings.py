"""A finding: one paragraph that is enough on its own, and which findings are known already."""

from __future__ import annotations

import inspect
import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import pytest

from contracts.judging.violations import printable
from contracts.promises import PROMISES
from contracts.tables import RULES

__all__ = ["KnownFindingsError", "known_findings", "tell"]


class KnownFindingsError(ValueError):
    """A file of known findings can't be read, names an unknown rule, or gives no reason."""


def tell(
    item: pytest.Item,
    rule: str,
    place: str,
    *,
    expected: str,
    found: str,
    nearest: str | None = None,
    exchange: Any = None,
    known: Mapping[str, str] | None = None,
) -> NoReturn:
    """End the test ``item`` with a finding, expected where ``known`` has its rule."""
    row: Any = PROMISES.get(rule) or RULES[rule]
    sender = exchange.sender if exchange is not None else None
    lines = [f"{rule} ({row.level}, {row.document})", f"  {printable(place)}: {row.demand}"]
    lines += [f"  expected  {printable(expected)}", f"  found     {printable(found)}"]
    lines += [f"  nearest   {printable(nearest)}"] if nearest else []
    lines.append(f"  mend      {row.mend}")
    lines += [f"  sent by   {sender}"] if sender else []
    lines += ["  " + line for line in exchange.curl().splitlines()] if exchange is not None else []
    lines.append(f"  replay    {_replay(item)}")
    text = "\n".join(lines)
    # The plugin hands it to the report.
    item.flow_service_finding = [rule, sender or _line_of(item), printable(place), text]  # type: ignore[attr-defined]
    if known and rule in known:
        pytest.xfail(f"known finding {rule}: {known[rule]}")
    pytest.fail(text, pytrace=False)


def known_findings(client: type) -> Mapping[str, str]:
    """The rules that the client's file of known findings lists, each with its reason; read once for a class."""
    if client not in _KNOWN:
        _KNOWN[client] = _read_known_findings(client)
    return _KNOWN[client]


_KNOWN: dict[type, Mapping[str, str]] = {}


def _read_known_findings(client: type) -> Mapping[str, str]:
    named: str | Path | None = client.known_findings  # type: ignore[attr-defined]
    if named is None:
        return {}
    file = Path(inspect.getfile(client)).parent / named
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KnownFindingsError(f"the known findings {file} can't be read: {_why(error)}") from None
    known: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        rule, _, reason = line.strip().partition(" ")
        if not rule or rule.startswith("#"):
            continue
        if rule not in PROMISES and rule not in RULES:
            raise KnownFindingsError(f"{file}:{number}: there is no rule {rule!r}; `mockserver rules` lists them")
        if not reason.strip():
            raise KnownFindingsError(f"{file}:{number}: {rule} needs a reason beside it")
        known[rule] = reason.strip()
    return known


def _why(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else "it isn't UTF-8"


def _replay(item: pytest.Item) -> str:
    """The command that runs this test alone, from where pytest was started."""
    here = str(item.config.invocation_params.dir)
    file = str(item.path) if item.path.drive != Path(here).drive else os.path.relpath(item.path, here)
    return f"pytest {shlex.quote('::'.join([file, *item.nodeid.split('::')[1:]]))}"


def _line_of(item: pytest.Item) -> str | None:
    """Where the client's class begins, for a finding about what it didn't send."""
    node = item.getparent(pytest.Class)
    try:
        return f"{inspect.getfile(node.obj)}:{inspect.getsourcelines(node.obj)[1]}" if node is not None else None
    except (OSError, TypeError):
        return None
