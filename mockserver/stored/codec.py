"""The state's keys and values as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from mockserver.exchange.faults import Fault
from mockserver.memory.agenda import Due
from mockserver.memory.store import Author, Record
from mockserver.services.table import KEPT

__all__ = ["decoded", "encoded", "encoded_key"]


_FIELDS = Record._fields


def encoded_key(key: Any) -> bytes:
    """Texts, numbers, and tuples of them."""
    return _text(key)


def encoded(key: Any, value: Any) -> bytes:
    """One entry; a ``value`` of ``None`` says that there is none."""
    return _text([key, value if value is None else _plain(value)])


def decoded(kind: str, data: bytes) -> tuple[Any, Any]:
    """The key and the value."""
    key, value = json.loads(data)
    return _tuples(key), value if value is None else _READERS.get(kind, _itself)(value)


def _text(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode("ascii")


def _plain(value: Any) -> Any:
    if isinstance(value, Record):
        return value._replace(document=value.document.decode())  # type: ignore[arg-type]
    if is_dataclass(value):
        return [getattr(value, each.name) for each in fields(value)]
    return value


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _record(value: list[Any]) -> Record:
    row = dict(zip(_FIELDS, value, strict=True))
    row["tenant"], row["targets"] = _tuples(row["tenant"]), _tuples(row["targets"])
    row["created_by"], row["updated_by"] = Author(*row["created_by"]), Author(*row["updated_by"])
    return Record(**{**row, "document": row["document"].encode()})


def _reader(kind: Callable[..., Any]) -> Callable[[list[Any]], Any]:
    return lambda value: kind(*map(_tuples, value))


def _itself(value: Any) -> Any:
    return value


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "records": _record,
    "agenda": _reader(Due),
    "timers": _reader(Due),
    "faults": _reader(Fault),
    **{table: _reader(kind) for table, kind in KEPT.items()},
}
