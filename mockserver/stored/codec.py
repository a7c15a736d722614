"""The state's keys and values as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from sys import intern
from typing import Any

from contracts.judging.model import Tenant, shared
from mockserver.exchange.faults import Fault
from mockserver.memory.agenda import Due
from mockserver.memory.shelf import Author, Record
from mockserver.services.table import KEPT

__all__ = ["compact", "decoded", "decoded_records", "encoded", "encoded_key"]


_DOCUMENT = Record._fields.index("document")
_DECODER = json.JSONDecoder()
_ENCODER = json.JSONEncoder(separators=(",", ":"))


def encoded_key(key: Any) -> bytes:
    """A text, number, or tuple of them, to make a name of; the same in each Python."""
    return ascii(key).encode("ascii")


def encoded(key: Any, value: Any) -> bytes:
    """One entry; a ``value`` of ``None`` says that there is none.

    A record's document is JSON already, and stands behind a line of the rest.
    """
    if isinstance(value, Record):
        return b"%b\n%b" % (compact((key, value[:_DOCUMENT] + value[_DOCUMENT + 1 :])), value.document)
    return compact((key, _plain(value)))


def decoded(kind: str, data: bytes) -> tuple[Any, Any]:
    """The key and the value."""
    line, _, document = data.partition(b"\n")
    key, value = _DECODER.decode(line.decode("ascii"))
    if value is None:
        return _tuples(key), None
    return _tuples(key), _record(value, document) if kind == "records" else _READERS.get(kind, _itself)(value)


def decoded_records(texts: Iterable[bytes]) -> dict[tuple[Tenant, str], list[Record]]:
    """Many records at once, by tenant and collection."""
    lines, documents = zip(*(text.split(b"\n", 1) for text in texts), strict=True)
    found: dict[tuple[Tenant, str], list[Record]] = {}
    for (key, value), document in zip(_DECODER.decode(f"[{b','.join(lines).decode('ascii')}]"), documents, strict=True):
        tenant, collection, _ = key
        found.setdefault((tuple(tenant), collection), []).append(_record(value, document))
    return found


def compact(value: Any) -> bytes:
    """JSON without spaces and line breaks, in ASCII."""
    return _ENCODER.encode(value).encode("ascii")


def _plain(value: Any) -> Any:
    return [getattr(value, each.name) for each in fields(value)] if is_dataclass(value) else value


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _record(value: list[Any], document: bytes) -> Record:
    id, sequence, tenant, state, etag, created_at, updated_at, created_by, updated_by, extra, targets = value
    created = Author(*shared(tuple(created_by)))
    updated = created if updated_by == created_by else Author(*shared(tuple(updated_by)))
    times = (created_at, created_at) if updated_at == created_at else (created_at, updated_at)  # one object, not two
    whose, referred = shared(tuple(tenant)), tuple(map(tuple, targets))
    return Record(id, sequence, whose, document, intern(state), etag, *times, created, updated, extra, referred)


def _reader(kind: Callable[..., Any]) -> Callable[[list[Any]], Any]:
    return lambda value: kind(*map(_tuples, value))


def _itself(value: Any) -> Any:
    return value


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "agenda": _reader(Due),
    "timers": _reader(Due),
    "faults": _reader(Fault),
    **{table: _reader(kind) for table, kind in KEPT.items()},
}
