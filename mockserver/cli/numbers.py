"""Whole numbers as options take them."""

from __future__ import annotations

import click

__all__ = ["PORT", "Whole"]


class Whole(click.IntRange):
    """click calls its own an "integer range", also where it says that a text isn't one."""

    name = "integer"


PORT = Whole(0, 65535)
