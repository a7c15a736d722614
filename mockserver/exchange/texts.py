"""The texts in a JSON value, and how one of them may be spelt elsewhere."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, quote_plus

__all__ = ["over_texts", "spellings", "texts"]

_ENCODED = re.compile(r"%[0-9A-F]{2}")


def spellings(text: str) -> Iterable[str]:
    """A secret as it may turn up: plain, in base64, in JSON, and in URLs, whose codes some clients write small."""
    raw = text.encode("utf-8", "surrogatepass")
    encoded = quote(raw, safe=""), quote_plus(raw)
    coded = (base64.b64encode(raw), base64.urlsafe_b64encode(raw))
    return (
        text,
        *encoded,
        *(_ENCODED.sub(lambda byte: byte[0].lower(), each) for each in encoded),
        *(each.decode("ascii").rstrip("=") for each in coded),
        json.dumps(text)[1:-1],
    )


def texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for child in value.values() if isinstance(value, dict) else value:
            yield from texts(child)


def over_texts(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {name: over_texts(child, change) for name, child in value.items()}
    return [over_texts(child, change) for child in value] if isinstance(value, list) else value
