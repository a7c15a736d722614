"""The answers of a recording."""

from __future__ import annotations

from pathlib import Path

from contracts.tables import ROUTES
from mockserver.linting.judged import located
from mockserver.readers.recognised import requests_of
from mockserver.verifying.facts import Facts

__all__ = ["facts_of_recording"]


def facts_of_recording(file: Path) -> Facts:
    """What a HAR file's answers have shown; `Unreadable` where it is none."""
    facts = Facts()
    with file.open("rb") as stream:
        for read in requests_of(stream, str(file)):
            if not read.is_request:
                continue
            sent = located(read)
            if sent is None or read.answer is None:
                facts.not_described += 1
                continue
            row = ROUTES.find(sent.path).operations.get(sent.request.method)
            facts.take(row, sent.request.query, read.answer.status, read.answer.body)
    return facts
