"""Whatever stands in a file, a value's place is where it stands."""

from __future__ import annotations

import io
import json
import shlex
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mockserver.readers.json_places import places_of
from mockserver.readers.json_stream import JsonStream
from mockserver.readers.read_request import Unreadable
from mockserver.readers.shell_words import command_at
from mockserver.readers.text import Place, Text, of_json
from tests.kit.depth import examples

ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
INDENTS = st.sampled_from([None, 0, 1, "\t"])


def parts(value: Any, pointer: str = "") -> list[tuple[str, Any]]:
    """Each value in ``value`` by its JSON pointer."""
    children: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        children = [(name.replace("~", "~0").replace("/", "~1"), child) for name, child in value.items()]
    elif isinstance(value, list):
        children = [(str(number), child) for number, child in enumerate(value)]
    return [(pointer, value), *(each for name, child in children for each in parts(child, f"{pointer}/{name}"))]


@settings(max_examples=examples(200))
@given(ANY, INDENTS, st.booleans())
def test_a_pointer_leads_to_its_value(value: Any, indent: Any, is_ascii: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=is_ascii)
    places = places_of(text)
    assert places.keys() == {pointer for pointer, _ in parts(value)}
    for pointer, part in parts(value):
        start, end = places[pointer]
        assert json.loads(text[start:end]) == part


@settings(max_examples=examples(200))
@given(st.text(min_size=1, max_size=20), st.booleans())
def test_each_character_of_a_json_string_stands_where_it_is_written(value: str, is_ascii: bool) -> None:
    literal = json.dumps(value, ensure_ascii=is_ascii)
    whole = Text(f"  {literal}", f"  {literal}", Place(1, 1))
    text = of_json(whole, 2, 2 + len(literal))
    assert text.value == value
    columns = [text.place(offset).column for offset in range(len(value))]
    ends = [*columns[1:], len(literal) + 2]
    pieces = [literal[start - 3 : end - 3] for start, end in zip(columns, ends, strict=True)]
    assert [json.loads(f'"{piece}"') for piece in pieces] == list(value)


class OneByOne(io.StringIO):
    """A file that gives a character at a time."""

    def read(self, size: int | None = -1) -> str:  # noqa: ARG002 -- a file's signature
        return super().read(1)


@settings(max_examples=examples(200))
@given(st.lists(ANY, max_size=4), INDENTS)
def test_a_file_is_read_piece_by_piece(values: list[Any], indent: Any) -> None:
    text = json.dumps({"skipped": values, "entries": values}, indent=indent)
    stream = JsonStream(OneByOne(text))
    found = []
    for name in stream.names():
        if name == "skipped":
            stream.skip()
        else:
            found = [stream.piece() for _ in stream.elements()]
    stream.ends()
    assert [piece.value for piece in found] == values
    lines = text.split("\n")
    for piece in found:
        line, column = piece.text.place()
        assert "\n".join([lines[line - 1][column - 1 :], *lines[line:]]).startswith(piece.text.value)


@pytest.mark.parametrize("text", ['{"a" 1}', "{", '{"a": }', "{1: 2}", '{"a": 1}}', '{"a": "', '{"a": 1 "b": 2}'])
def test_what_is_no_json_is_told_with_its_place(text: str) -> None:
    with pytest.raises(Unreadable, match=r"^no JSON: line 1, column \d+: "):
        walk(JsonStream(io.StringIO(text)))


def walk(stream: JsonStream) -> None:
    for _ in stream.names():
        stream.skip()
    stream.ends()


QUOTES = {
    "shlex": shlex.quote,
    "double": lambda word: '"' + "".join(f"\\{char}" if char in '"\\$`' else char for char in word) + '"',
    "ansi": lambda word: "$'" + word.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'",
    "halves": lambda word: shlex.quote(word[:2]) + shlex.quote(word[2:]),
}


WORDS = st.tuples(
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8), st.sampled_from(sorted(QUOTES))
)


@settings(max_examples=examples(200))
@given(
    st.lists(WORDS),
    st.sampled_from([" ", "\t ", " \\\n  "]),
)
@example([("$A", "double")], " ")
def test_words_are_those_of_a_shell(words: list[tuple[str, str]], blank: str) -> None:
    text = "curl" + "".join(blank + QUOTES[how](word) for word, how in words) + "; rm x"
    command = command_at(Text(text, text, Place(1, 1)), 0, {})
    assert command is not None
    assert [word.value for word in command.words] == ["curl", *(word for word, _ in words)]
    assert text[command.end :] == "; rm x"
