"""What the site's search looks for in a pasted message: `docs/search.js` reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from contracts import ERRORS, RULES
from contracts.judging.error import Error
from contracts.services.flow_service.not_imitated import NOT_IMITATED

__all__ = ["error_texts", "fixed"]

_SHORTEST = 8  # characters that tell one text from others


def error_texts() -> str:
    """A script that sets ``window.KNOWN``: the names of rules and errors, and the texts of errors in their pieces."""
    known: Mapping[str, Sequence[object]] = {
        "rules": sorted(RULES),
        "errors": sorted({*(_name(row) for row in ERRORS.values()), *NOT_IMITATED}),
        "texts": [*_texts()],
    }
    rows = ",\n".join(f"{json.dumps(name)}: [\n{_rows(values)}\n]" for name, values in known.items())
    return f"window.KNOWN = {{\n{rows}\n}}\n"


def _name(error: Error) -> str:
    """Its heading; Zoho's have no ids that both sides of it share."""
    return error.title if error.id.startswith("zoho-") else error.id


def _rows(values: Sequence[object]) -> str:
    return ",\n".join(json.dumps(value) for value in values)


def _texts() -> Iterator[list[str]]:
    """Each text's fixed pieces, the longest first; that is the one to search for."""
    found = {tuple(fixed(row)): None for row in ERRORS.values()}
    return (list(pieces) for pieces in found if pieces and len(pieces[0]) >= _SHORTEST)


def fixed(error: Error) -> list[str]:
    """The pieces of an error's text, or of its title, that no call fills in, the longest first."""
    pieces = [piece.replace("`", "").strip(" .'") for piece in re.split(r"'?\{\w+\}'?", error.template)]
    return sorted(filter(None, pieces), key=len, reverse=True) or [error.title or error.id]
