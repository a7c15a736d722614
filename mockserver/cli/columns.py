"""Text for people, broken where a terminal ends."""

from __future__ import annotations

import os
import shutil
import sys

import click

__all__ = ["Width", "width_here", "wrapped"]

Width = int | None
"""Columns; ``None`` where nothing says how many there are, as in a pipe."""


def width_here(*, of_errors: bool = False) -> Width:
    """What COLUMNS says, or the terminal that standard output is, or standard error."""
    stream = sys.stderr if of_errors else sys.stdout
    if os.environ.get("COLUMNS", "").isdecimal() or stream.isatty():
        return shutil.get_terminal_size().columns
    return None


def wrapped(text: str, width: Width, indent: int = 0) -> str:
    """``text`` in lines of at most ``width`` columns, those behind its first one indented.

    A word that is longer stays whole, so that paths, addresses and ids can be copied.
    """
    if width is None or len(click.unstyle(text)) <= width:
        return text
    lines: list[str] = []
    line, length = "", 0
    for number, word in enumerate(text.split(" ")):
        size = len(click.unstyle(word))
        if number and length + 1 + size > width and line.strip():
            lines.append(line.rstrip())
            line, length = " " * indent + word, indent + size
        else:
            line, length = (f"{line} {word}", length + 1 + size) if number else (word, size)
    return "\n".join([*lines, line])
