"""Numbers in texts that clients send, as in a query."""

from __future__ import annotations

import re
from typing import overload

__all__ = ["whole"]

_WHOLE = re.compile(r"-?[0-9]{1,18}")


@overload
def whole(text: str | None, otherwise: int) -> int: ...


@overload
def whole(text: str | None) -> int | None: ...


def whole(text: str | None, otherwise: int | None = None) -> int | None:
    """The whole number that ``text`` spells in at most 18 of the digits 0 to 9, else ``otherwise``.

    `int` would take other alphabets' digits, blanks and underscores too, and raise beyond 4,300 digits.
    """
    return int(text) if text is not None and _WHOLE.fullmatch(text) else otherwise
