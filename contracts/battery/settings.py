"""What an author's class may set, and what is misspelt or of no use there."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from typing import Any

__all__ = ["PARTS", "SETTINGS", "check_names", "check_settings"]

SETTINGS = ("errors", "regions", "destinations", "sends", "max_examples", "timeout", "known_findings")
PARTS = ("attributes", "keys", "mapping")
"""Of an activation, beside its audiences."""

_LIKE = 0.9  # of two words that are told apart by a letter or two; `set_connection` isn't a misspelt `get_connection`


def check_names(client: type, known: Iterable[str]) -> None:
    """`TypeError` where the class has a name that was surely meant for one of the ``known``."""
    names = tuple(known)
    for base in client.__mro__:
        if base.__module__.startswith("contracts.battery") or base is object:
            continue
        for name in vars(base):
            meant = _meant(name, names)
            if meant:
                raise TypeError(f"{client.__name__}.{name}: no such name; nearest: {meant}")


def _meant(name: str, known: tuple[str, ...]) -> str | None:
    if name in known or name.startswith("_"):
        return None
    if name == "test_connection":  # what Flow Service calls it; pytest would take it for a test
        return "check_connection"
    near = difflib.get_close_matches(_plain(name), {_plain(each): each for each in known}, n=1, cutoff=_LIKE)
    found = next((each for each in known if near and _plain(each) == near[0]), None)
    return None if found is None or _starts_otherwise(name, found) else found


def _plain(name: str) -> str:
    return name.casefold().replace("_", "")


def _starts_otherwise(name: str, known: str) -> bool:
    """Whether both are compounds of which the first word differs, as in a helper of the author's own."""
    first, other = name.partition("_")[0], known.partition("_")[0]
    return "_" in name and "_" in known and difflib.SequenceMatcher(None, first, other).ratio() < 0.87


def check_settings(client: Any) -> None:
    """`TypeError` where a setting has a value that it can't have."""
    for problem in _problems(client):
        raise TypeError(f"{client.__name__}.{problem}")


def _problems(client: Any) -> Iterator[str]:
    errors = client.errors if isinstance(client.errors, tuple) else (client.errors,)
    if not all(isinstance(each, type) and issubclass(each, BaseException) for each in errors):
        yield f"errors is a class of exceptions or a tuple of them, not {client.errors!r}"
    if isinstance(client.regions, str) or not isinstance(client.regions, Iterable):
        yield f"regions is a tuple of codes, not {client.regions!r}"
    if isinstance(client.destinations, str) or not isinstance(client.destinations, Iterable):
        yield f"destinations is a tuple of keys, not {client.destinations!r}"
    unknown = {client.sends} if isinstance(client.sends, str) else {*client.sends} - {*PARTS}
    if unknown:
        yield f"sends is a tuple of {', '.join(PARTS)}, not {client.sends!r}"
    if isinstance(client.max_examples, bool) or not isinstance(client.max_examples, int) or client.max_examples < 1:
        yield f"max_examples is a whole number from 1 on, not {client.max_examples!r}"
    if isinstance(client.timeout, bool) or not isinstance(client.timeout, int | float) or client.timeout <= 0:
        yield f"timeout is a number of seconds, not {client.timeout!r}"
