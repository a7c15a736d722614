"""Flow Service's schemas, and which of its rules what doesn't fit them breaks."""

from __future__ import annotations

from functools import partial

from contracts.judging import body_schemas
from contracts.judging.body_schemas import frames_of
from contracts.judging.model import Frame
from contracts.reading import schemas
from contracts.services.flow_service.rules import violation

__all__ = [
    "PACKAGE",
    "breaches",
    "checker",
    "frame",
    "frame_of",
    "given_breaches",
    "missing_key",
    "schema",
    "unknown_keys",
]

PACKAGE = "contracts.services.flow_service"

schema = partial(schemas.schema, package=PACKAGE)
checker = partial(schemas.checker, package=PACKAGE)
frame = partial(Frame, PACKAGE)
frame_of = frames_of(PACKAGE, violation, unknown="FS-CON-14")
breaches = partial(body_schemas.breaches, violation)
given_breaches = partial(body_schemas.given_breaches, violation)
missing_key = partial(body_schemas.missing_key, violation)
unknown_keys = partial(body_schemas.unknown_keys, violation)
