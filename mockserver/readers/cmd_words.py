r"""The words of one command as Chrome copies it for Windows' cmd (*Copy as cURL (cmd)*), each with its place.

A caret escapes the character behind it, quotation marks too, so that a word begins with ``^"``; at the end of a line
it goes on with the next one. What is left then is split as Microsoft's C runtime does it: ``\"`` is a quotation mark
inside of a word. Chrome writes each backslash twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mockserver.readers.shell_words import Command
from mockserver.readers.text import Text, joined

__all__ = ["command_at"]

# A caret at the end of a line takes the character behind the line's end with it (which a line's end may be, too).
_OF_CMD = re.compile(r"\^(?:\r?\n)?(?P<escaped>\r?\n|.|\Z)|(?P<plain>[^\^\r\n&|]++|\r(?!\n))|(?P<end>\r?\n|[&|])")
_OF_WORDS = re.compile(r'(?P<blank>[ \t]+)|\\(?P<escaped>[\\"])|(?P<quote>")|(?P<plain>[^ \t\\"]++|\\)')


def command_at(text: Text, start: int) -> Command:
    """The command that starts at ``start``; it ends where ``text`` does where more has to follow."""
    command = Command(end=len(text.value))
    parts: list[Text] = []
    for found in _OF_CMD.finditer(text.value, start):
        if found["end"] is not None:
            command.end = found.start()
            break
        parts.append(text.part(*found.span("plain" if found["escaped"] is None else "escaped")))
    command.words += _words(joined(parts, text))
    return command


def _words(text: Text) -> Iterator[Text]:
    parts: list[Text] = []
    is_word = is_quoted = False
    for found in _OF_WORDS.finditer(text.value):
        if found["blank"] is not None and not is_quoted:
            if is_word:
                yield joined(parts, text)
            parts, is_word = [], False
            continue
        is_word = True
        if found["quote"] is not None:
            is_quoted = not is_quoted
        else:
            name = next(name for name in ("escaped", "plain", "blank") if found[name] is not None)
            parts.append(text.part(*found.span(name)))
    if is_word:
        yield joined(parts, text)
