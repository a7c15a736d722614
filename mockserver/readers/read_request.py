"""What a reader finds: a request, and where in its file each part of it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mockserver.readers.text import Place, Text

__all__ = ["Answer", "Header", "ReadRequest", "Unreadable", "not_read"]

Header = tuple[Text, Text]


class Unreadable(Exception):
    """Why a file can't be read; ``str()`` is one line that quotes nothing of the file's values."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a recording says was answered; ``body`` is ``None`` where it wasn't recorded."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """One request as it stands in a file.

    ``url`` may be a path alone; where it is empty there is but a ``body``. A body that is in another file isn't
    ``body_known``. ``told`` are the broken rules that a journal has for it, as the journal writes them. ``named`` are
    names and values that stand beside it, of which some may be secrets; what isn't a ``is_request`` has nothing else.
    """

    method: Text
    url: Text
    headers: Sequence[Header] = ()
    body: Text | None = None
    body_known: bool = True
    answer: Answer | None = None
    told: Sequence[tuple[Mapping[str, Any], Text]] | None = None
    named: Sequence[tuple[str, str]] = ()
    is_request: bool = True

    @property
    def begin(self) -> Place:
        """Where in the file it starts."""
        return min(self.method.place(), self.url.place())


def not_read(at: Text) -> ReadRequest:
    """What is a request in a form that isn't read: it is counted, and nothing is said about it."""
    return ReadRequest(at.part(0, 0), at.part(0, 0))
