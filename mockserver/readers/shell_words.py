"""The words of one shell command, each with its place. Nothing is run, and no variable of this process is read.

The standard library's shlex tells no places and knows neither ``$'...'`` nor here-documents; bashlex's licence (GPL)
doesn't fit, and tree-sitter-bash would be a compiled dependency for this alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from mockserver.readers.text import Text, joined
from mockserver.readers.variables import filled

__all__ = ["Command", "command_at"]

_COMMAND = "${COMMAND}"  # what another command would print, which isn't known


@dataclass(slots=True)
class Command:
    """``words`` of one command and what it is given on standard input, if that stands there; ``end`` is behind it."""

    words: list[Text] = field(default_factory=list)
    given: Text | None = None
    end: int = 0


def command_at(text: Text, start: int, values: Mapping[str, str]) -> Command | None:
    """The command that starts at ``start``; ``None`` where ``text`` ends before it does."""
    return _Words(text, values).read(start)


_SINGLE = re.compile(r"'([^']*+)'")
_DOUBLE = re.compile(r'"((?:[^"\\$`]++|\\.|\$\((?:[^()]++|\([^()]*+\))*+\)|`[^`]*+`|\$)*+)"', re.DOTALL)
_ANSI = re.compile(r"\$'((?:[^'\\]++|\\.)*+)'", re.DOTALL)
_SUBSTITUTED = re.compile(r"\$\((?:[^()]++|\([^()]*+\))*+\)|`[^`]*+`")
_VARIABLE = re.compile(r"\$\{\w+[^{}\n]*+\}|\$\w+|\$")
_PLAIN = re.compile(r"[^\s'\"\\$`;&|()<>]++")
_CONTINUED = re.compile(r"\\\r?\n")
_REDIRECTED = re.compile(r"\d*(?:>>?&?|<&?)")
_HERE = re.compile(r"<<(-?)[ \t]*(['\"]?)([A-Za-z_]\w*)\2")
_IN_DOUBLE = re.compile(r'\\(?:\r?\n|["\\$`])')
_IN_ANSI = re.compile(r"\\(?:x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|.)", re.DOTALL)
_ANSI_CHARS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "a": "\a", "e": "\x1b", "0": "\0"}


class _Words:
    def __init__(self, text: Text, values: Mapping[str, str]) -> None:
        self._text = text
        self._values = values
        self._parts: list[Text] = []
        self._is_word = False
        self._redirects = False
        self._here: tuple[str, bool, bool] | None = None
        """The end of a here-document, whether tabs are cut off, and whether its variables are filled in."""
        self._command = Command()

    def read(self, at: int) -> Command | None:
        value = self._text.value
        while at < len(value):
            char = value[at]
            if char in " \t\r":
                self._end_word()
                at += 1
            elif char == "#" and not self._is_word:
                line = value.find("\n", at)
                at = len(value) if line < 0 else line
            elif char in "\n;&|)":
                return self._ended(at)
            elif (here := _HERE.match(value, at)) and not value.startswith("<<<", at):
                self._end_word()
                self._here = here[3], bool(here[1]), not here[2]
                at = here.end()
            elif value.startswith("<<<", at):
                self._end_word()
                self._redirects = True
                at += 3
            elif char in "<>" or (char.isdigit() and not self._is_word and _REDIRECTED.match(value, at)):
                self._end_word()
                found = _REDIRECTED.match(value, at)
                self._redirects = True
                at = found.end() if found else at + 1
            else:
                end = self._part(at)
                if end is None:
                    return None
                at = end
        return self._ended(at)

    def _part(self, at: int) -> int | None:
        """Take the part of a word that starts at ``at``; where it ends, ``None`` where its end is missing."""
        value, text = self._text.value, self._text
        if found := _CONTINUED.match(value, at):
            return found.end()
        if value[at] == "\\":
            if at + 1 >= len(value):
                return None
            return self._taken(text.part(at + 1, at + 2), at + 2)
        if value[at] == "'":
            found = _SINGLE.match(value, at)
            return found and self._taken(text.part(*found.span(1)), found.end())
        if value[at] == '"':
            found = _DOUBLE.match(value, at)
            return found and self._taken(self._spoken(text.part(*found.span(1))), found.end())
        if value.startswith("$'", at):
            found = _ANSI.match(value, at)
            return found and self._taken(text.part(*found.span(1)).replaced(_IN_ANSI, _of_ansi), found.end())
        if found := _SUBSTITUTED.match(value, at):
            return self._taken(text.part(*found.span()).replaced(_SUBSTITUTED, lambda _: _COMMAND), found.end())
        if value[at] in "(`" or value.startswith("$(", at):
            return None
        found = _VARIABLE.match(value, at) or _PLAIN.match(value, at)
        end = found.end() if found else at + 1
        return self._taken(self._spoken(text.part(at, end)), end)

    def _spoken(self, text: Text) -> Text:
        """What stands between double quotation marks, or without any."""
        text = text.replaced(_SUBSTITUTED, lambda _: _COMMAND)
        text = filled(text, self._values, of_shell=True)
        return text.replaced(_SPOKEN, _of_spoken)

    def _taken(self, part: Text, end: int) -> int:
        self._is_word = True
        self._parts.append(part)
        return end

    def _end_word(self) -> None:
        if self._is_word and not self._redirects:
            self._command.words.append(joined(self._parts, self._text))
        self._redirects = self._redirects and not self._is_word
        self._parts, self._is_word = [], False

    def _ended(self, at: int) -> Command | None:
        self._end_word()
        command = self._command
        command.end = at
        if self._here is not None:
            return self._with_document(self._text.value.find("\n", at), *self._here)
        return command

    def _with_document(self, line: int, end: str, is_indented: bool, is_spoken: bool) -> Command | None:
        blanks = r"\t*" if is_indented else ""
        found = re.compile(rf"^{blanks}{end}[ \t]*\r?$", re.MULTILINE).search(self._text.value, line + 1)
        if line < 0 or found is None:
            return None
        document = self._text.part(line + 1, found.start())
        self._command.given = self._spoken(document) if is_spoken else document
        self._command.end = found.end()
        return self._command


_SPOKEN = re.compile(rf"{_IN_DOUBLE.pattern}|\$(?P<name>[A-Za-z_]\w*)")


def _of_spoken(found: re.Match[str]) -> str:
    """An escaped character, or a variable without braces."""
    return f"${{{found['name']}}}" if found["name"] else found[0][1:].strip("\r\n")


def _of_ansi(found: re.Match[str]) -> str:
    code = found[0][1:]
    if code[0] in "xu":
        return chr(int(code[1:], 16)) if len(code) > 1 else code
    return _ANSI_CHARS.get(code, code)
