"""Variables of templates: what the file itself says of one is filled in, any other stays unknown."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mockserver.readers.text import Text

__all__ = ["UNKNOWN", "blanked", "filled", "filled_json"]

UNKNOWN = "{UNKNOWN}"
"""What stands where a value isn't known: a placeholder in Adobe's own form, which is taken wherever a text is."""

_VARIABLE = re.compile(r"\{\{(?P<double>[^{}\n]{1,200}+)\}\}|\$\{(?P<brace>\w++)[^{}\n]{0,200}+\}")
_OF_SHELL = re.compile(r"\$\{(?P<brace>\w++)[^{}\n]{0,200}+\}|\$(?P<bare>[A-Za-z_]\w*+)")
_MOST_ROUNDS = 5  # a variable whose value names another
_OR_STRING = re.compile(rf'"[^"\\]*+(?:\\.[^"\\]*+)*+"|{_VARIABLE.pattern}')


def filled(text: Text, values: Mapping[str, str], *, of_shell: bool = False) -> Text:
    """With the variables that have a value in ``values``."""

    def value_of(found: re.Match[str]) -> str:
        return values.get(_name(found), found[0])

    for _ in range(_MOST_ROUNDS if values else 0):
        before = text.value
        text = text.replaced(_OF_SHELL if of_shell else _VARIABLE, value_of)
        if text.value == before or len(text.value) > _LONGEST:
            break
    return text


_LONGEST = 1 << 21  # characters


def blanked(text: Text, *, of_shell: bool = False) -> Text:
    """With `UNKNOWN` for each variable that is left."""
    return text.replaced(_OF_SHELL if of_shell else _VARIABLE, lambda _: UNKNOWN)


def filled_json(text: Text) -> Text:
    """The same of a JSON text, in which a variable may stand for a whole value."""

    def blank(found: re.Match[str]) -> str:
        if found[0].startswith('"'):
            return _VARIABLE.sub(UNKNOWN, found[0])
        return f'"{UNKNOWN}"'

    return text.replaced(_OR_STRING, blank) if _VARIABLE.search(text.value) else text


def _name(found: re.Match[str]) -> str:
    return next(text for text in found.groupdict().values() if text is not None).strip()
