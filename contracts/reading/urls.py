"""URLs that a client gives: as they may stand in a header, and what they are made of."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, urlsplit

__all__ = ["location_of", "parts_of"]

_LONGEST = 2_000  # characters; assumed, no document gives a limit
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20\x7f-\xa0\ud800-\udfff]+")
_KEPT = "".join(map(chr, range(0x21, 0x7F)))


def location_of(text: str) -> str | None:
    """``text`` as it may stand in a header: what isn't ASCII is percent-encoded (RFC 3987, 3.1); ``None`` of no URL.

    Control characters and blanks aren't part of any URL (RFC 3986, 2), whatever encoded them on their way.
    """
    if len(text) > _LONGEST or _URL.fullmatch(text) is None:
        return None
    return quote(text, safe=_KEPT)


def parts_of(url: str) -> SplitResult:
    """What ``url`` is made of. None is refused: a client may call its host what no URL can have in that place."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit(url.replace("[", "").replace("]", ""))
