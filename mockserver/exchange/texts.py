"""The texts in a JSON value, which of them may be secrets, and how one may be spelt elsewhere."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable
from functools import cache
from itertools import islice
from typing import Any
from urllib.parse import quote, quote_plus

from contracts.judging.placeholders import is_placeholder

__all__ = [
    "BEFORE_JSON",
    "CUT",
    "MASK",
    "SCHEMES",
    "SHORTEST",
    "all_spellings",
    "credentials",
    "may_spell_a_secret",
    "over_all_texts",
    "over_texts",
    "secrets",
    "sounds_made_up",
    "sounds_secret",
    "spellings",
    "suspects",
    "texts",
    "without_named",
]

_SECRET_WORD = re.compile(
    r"secre|token|pass(?:$|w|.?phrase|.?code)|pwd|credential|auth|cookie|bearer|signature|jwt|connection.?string|^pin$|^key$"
    r"|(?:private|access|api|account|shared|storage|client|encryption).?key|sas.?(?:uri|url|token|key)",
    re.IGNORECASE,
)
_LOOKS_MADE_UP = re.compile(r"(?=\D*\d)\S{12,}")  # as secrets do, and words don't
_LOOKS_HARMLESS = re.compile(
    r"[\dA-Fa-f]{8}(?:-[\dA-Fa-f]{4}){3}-[\dA-Fa-f]{12}"  # a UUID
    r"|[\dA-Fa-f]{24,32}@AdobeOrg|[-+.:\dTZ]+|(?:https?|adl?s?|wasbs?)://[^?@]*"  # an organisation, date or address
)
SCHEMES = frozenset(("bearer", "basic", "digest"))
"""What stands before the secret in an Authorization header of HTTP's own."""
_AS_THEY_ARE = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-~")
_PLAIN = re.compile(r"[A-Za-z0-9_.-]+")
_SMALL = [chr(code) if code in _AS_THEY_ARE else f"%{code:02x}" for code in range(256)]
"""What stands in a URL for each byte, its codes written small."""
CUT = "…"
"""Where a message cuts a long value (`contracts.judging.violations.shown`)."""
SHORTEST = 6
"""Characters of a secret that is looked for; a shorter one would be masked by chance in unrelated text."""


@cache
def credentials(schemes: frozenset[str]) -> re.Pattern[str]:
    """A scheme of Authorization, one of HTTP's or of these, and the secret behind it."""
    return re.compile(rf"\b({'|'.join(sorted(SCHEMES | schemes))})\s+([^\s,]+)", re.IGNORECASE)


def spellings(text: str) -> Iterable[str]:
    """A secret as it may turn up: plain, in base64, JSON and its pointers, and in URLs, whose codes some write small.

    A placeholder is none, and the rule about placeholders quotes it.
    """
    if is_placeholder(text):
        return ()
    raw = text.encode("utf-8", "surrogatepass")
    coded = (base64.b64encode(raw), base64.urlsafe_b64encode(raw))
    if _PLAIN.fullmatch(text) is not None:  # as most are: spelt alike but in base64
        return (text, *(each.decode("ascii").rstrip("=") for each in coded))
    small = "".join(map(_SMALL.__getitem__, raw))
    pointer = text.replace("~", "~0").replace("/", "~1")
    return (
        text,
        quote(raw, safe=""),
        quote_plus(raw),
        small,
        small.replace("%20", "+"),
        *(each.decode("ascii").rstrip("=") for each in coded),
        json.dumps(text)[1:-1],
        json.dumps(text, ensure_ascii=False)[1:-1],
        pointer,
        json.dumps(pointer)[1:-1],
    )


def all_spellings(texts: Iterable[str]) -> list[str]:
    """Of each of ``texts``, each once."""
    return [form for text in texts for form in set(spellings(text))]


def texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for child in value.values() if isinstance(value, dict) else value:
            yield from texts(child)


def sounds_secret(text: str) -> bool:
    """Whether a name, or what it is compared with, has a word for a secret in it."""
    return _SECRET_WORD.search(text) is not None


def secrets(text: str) -> list[str]:
    """The strings under a name that sounds secret, in a text that may be no JSON as a whole."""
    pairs = islice(_PAIR.finditer(text), _MOST_PAIRS)
    return [found[found.lastgroup or 0] for found in pairs if sounds_secret(found["name"])]


def without_named(text: str) -> str:
    """What `secrets` finds in ``text`` is masked there."""
    return _PAIR.sub(_masked_pair, text)


def _masked_pair(pair: re.Match[str]) -> str:
    start, end = (place - pair.start() for place in pair.span(pair.lastgroup or 0))
    return f"{pair[0][:start]}{MASK}{pair[0][end:]}" if sounds_secret(pair["name"]) else pair[0]


def may_spell_a_secret(text: str) -> bool:
    """Whether a text begins as JSON does, and has a name or a word for a secret in it."""
    return text.lstrip(BEFORE_JSON).startswith(("{", "[", '"')) and _names_a_secret(text)


def _names_a_secret(text: str) -> bool:
    names = islice(_NAME.finditer(text), _MOST_PAIRS)
    return sounds_secret(text) or any(sounds_secret(found[1]) for found in names)


MASK = "xxxx"
BEFORE_JSON = "\ufeff \t\r\n"
"""What some write before it."""
_NAME = re.compile(r"""["']([^"'\\]{1,60}+)\\*+["']\s*+:""")
_PAIR = re.compile(
    r"""["'](?P<name>[^"'\\]{1,60}+)\\*+["']\s*+:\s*+\\*+(?:"(?P<value>[^"\\]++)|'(?P<quoted>[^'\\]++))"""
)
"""A name and its value, as JSON or Python writes them, in a text within texts too."""
_MOST_PAIRS = 1000


def sounds_made_up(text: str) -> bool:
    """Whether it looks like a secret and not like an id, a date or an address, which many exchanges have."""
    return _LOOKS_MADE_UP.fullmatch(text) is not None and _LOOKS_HARMLESS.fullmatch(text) is None


def suspects(name: str, value: Any) -> Iterable[tuple[str, bool]]:
    """The texts in what stands under ``name`` that may be secrets, and whether that is by the name, not the look."""
    if sounds_secret(name):
        yield from ((text, True) for text in texts(value))
    elif isinstance(value, dict):
        for key, child in value.items():
            yield from suspects(key, child)
    elif isinstance(value, list):
        for child in value:
            yield from suspects(name, child)
    elif isinstance(value, str) and _LOOKS_MADE_UP.fullmatch(value):
        yield value, False


def over_texts(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {name: over_texts(child, change) for name, child in value.items()}
    return [over_texts(child, change) for child in value] if isinstance(value, list) else value


def over_all_texts(value: Any, change: Callable[[str], str]) -> Any:
    """As `over_texts`, the names of objects too."""
    if isinstance(value, dict):
        return {change(name): over_all_texts(child, change) for name, child in value.items()}
    if isinstance(value, list):
        return [over_all_texts(child, change) for child in value]
    return change(value) if isinstance(value, str) else value
