"""Parameters as an HTML form sends them: ``application/x-www-form-urlencoded`` and ``multipart/form-data``.

The parser of the second is imported when one comes.
"""

from __future__ import annotations

import logging
from functools import cache
from urllib.parse import parse_qsl

__all__ = ["FORM_TYPES", "FormProblem", "is_misnamed", "media_type", "parse"]

_URLENCODED, _MULTIPART = FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")

MOST_FIELDS = 100  # assumed; no documented form has more than five


class FormProblem(ValueError):
    """Why a body isn't a form; ``str()`` is one sentence without the body itself (it may hold secrets)."""


def media_type(content_type: str | None) -> str:
    """The type alone, in lower case."""
    return (content_type or "").partition(";")[0].strip().lower()


def is_misnamed(body: bytes, content_type: str | None) -> bool:
    """Whether it's called ``multipart/form-data``, without a boundary, and has no parts."""
    return media_type(content_type) == _MULTIPART and "boundary" not in (content_type or "") and body[:2] != b"--"


def parse(body: bytes, content_type: str | None) -> list[tuple[str, str]]:
    """The fields of ``body`` in their order, or `FormProblem`."""
    kind = media_type(content_type)
    try:
        if kind == _URLENCODED or is_misnamed(body, content_type):
            text = body.decode("utf-8")
            return parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
        if kind == _MULTIPART:
            return [(name.decode("utf-8"), value.decode("utf-8")) for name, value in _fields(body, content_type or "")]
    except UnicodeDecodeError:
        raise FormProblem("the form isn't UTF-8") from None
    except FormProblem:
        raise
    except (ValueError, AssertionError):  # an assertion of the parser's about the order of a part's pieces
        raise FormProblem("the form can't be read") from None
    raise FormProblem("not a form")


def _fields(body: bytes, content_type: str) -> list[tuple[bytes, bytes]]:
    from python_multipart.exceptions import FormParserError
    from python_multipart.multipart import File, FormParser, parse_options_header

    boundary = parse_options_header(content_type)[1].get(b"boundary")
    if not boundary:
        raise FormProblem("the content type names no boundary")
    found: list[tuple[bytes, bytes]] = []
    ends: list[bool] = []

    def on_file(file: File) -> None:
        file.close()
        raise FormProblem("a parameter is sent as a file")

    parser = FormParser(
        _MULTIPART,
        lambda field: found.append((field.field_name or b"", field.value or b"")),
        on_file,
        lambda: ends.append(True),
        boundary=boundary,
        config={"UPLOAD_ERROR_ON_BAD_CTE": True},
    )
    for each in (parser, parser.parser):
        each.logger = _unheard()  # type: ignore[union-attr]
    try:
        parser.write(body)
    except FormParserError as problem:
        raise FormProblem("the form isn't multipart/form-data") from problem
    if not ends:  # the parser itself doesn't mind
        raise FormProblem("the form has no closing boundary")
    if len(found) > MOST_FIELDS:
        raise FormProblem("the form has too many fields")
    return found


@cache
def _unheard() -> logging.Logger:
    """For the parser, which would log what is wrong with a form, beside the `FormProblem` that says it."""
    log = logging.Logger(__name__)
    log.addHandler(logging.NullHandler())
    return log
