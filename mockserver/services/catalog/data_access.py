"""Data Access: what is in the files of a batch (data-access.yaml, error-diagnostics.md, dataset-data.md)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from contracts import Call
from contracts.judging.violations import shown as quoted
from contracts.reading import json_text
from contracts.reading.numbers import whole
from contracts.services.catalog.rules import violation
from mockserver.exchange.refusal import Refused
from mockserver.exchange.response import Response, json_response
from mockserver.memory.store import Record
from mockserver.memory.world import World
from mockserver.services.catalog.batches import existing
from mockserver.services.catalog.views import batch_of_file, file_id, files_of, shown
from mockserver.services.granted import operation_of

__all__ = ["failed", "file", "files", "meta"]

_MOST = 100  # of one page


def meta(world: World, call: Call) -> Response:
    """Folders of files, and a file itself."""
    record, path = existing(world, call), (call.parameter("path") or "").removesuffix("/")
    files = _meta_files(shown(record, "batches"))
    if path in files:
        return json_response(200, files[path])
    if path not in _FOLDERS:
        raise _no_such_path(path, [*_FOLDERS[1:], *files])
    below = f"{path}/" if path else ""
    within = {name.removeprefix(below): content for name, content in files.items() if name.startswith(below)}
    folders = {} if path else dict.fromkeys(_FOLDERS[1:])
    listed = folders | {name: content for name, content in within.items() if "/" not in name}
    return _page(call, [_meta_row(call, name, content, below) for name, content in listed.items()])


_FOLDERS = ("", "input_files", "row_errors")
"""Those of a batch's meta data; one may be empty (data-access.yaml)."""


def _meta_files(batch: Mapping[str, Any]) -> dict[str, Any]:
    """By their paths. Each has one row here, where the service writes a line for each."""
    files: dict[str, Any] = {"input_files/fileMetaData1.json": {"path": "F1.json"}}
    if batch["failedRecordCount"]:
        name, message = "parsing_errors_0.json", "Row is corrupted and cannot be read, please fix and resend."
        row = {"_corrupt_record": "{", "_errors": [{"code": "1401", "message": message}], "_filename": name}
        files |= {f"row_errors/{name}": row, "row_error_samples.json": row}
    return files


def _meta_row(call: Call, name: str, content: Any, below: str) -> dict[str, Any]:
    return _row(call, name, None if content is None else len(json_text.render(content)), below)


def files(world: World, call: Call) -> Response:
    """The files of its dataset, with links to what they hold."""
    record = existing(world, call)
    datasets = (world.get(call.tenant, "dataSets", each["id"]) for each in shown(record, "batches")["relatedObjects"])
    view = next((dataset.extra["viewId"] for dataset in datasets if dataset is not None), "")
    base = f"{call.request.origin}{operation_of(call).service.base_path}/files"
    return _page(call, [_held(file, base) for file in files_of([record], view).values()])


def _held(file: Mapping[str, Any], base: str) -> dict[str, Any]:
    """The moments are texts here, in Catalog numbers."""
    names = ("dataSetViewId", "version", "created", "updated")
    links = {"self": {"href": f"{base}/{file['id']}"}}
    return {"dataSetFileId": file["id"], **{name: str(file[name]) for name in names}, "isValid": True, "_links": links}


def failed(world: World, call: Call) -> Response:
    """A run fails before it writes anything."""
    existing(world, call)
    path = call.parameter("path")
    if path:
        raise _no_such_path(path, [])
    return _page(call, [])


def file(world: World, call: Call) -> Response:
    """A file's name and length, and with its name as the ``path`` what is in it, whole or the range that is asked for.

    It is a Parquet file without rows: records aren't kept.
    """
    name, path = f"{_batch_of_file(world, call).id}.parquet", call.parameter("path")
    if path is None and call.request.method == "GET":
        return _page(call, [_row(call, name, len(_PARQUET))])
    if path not in (name, None):
        raise _no_such_path(path, [name])
    headers = {"Content-Type": "application/parquet", "Accept-Ranges": "bytes"}
    first, last = _range(call.header("range") or "", len(_PARQUET))
    if (first, last) == (0, len(_PARQUET) - 1) or call.request.method == "HEAD":
        return Response(200, headers, _PARQUET)
    headers["Content-Range"] = f"bytes {first}-{last}/{len(_PARQUET)}"
    return Response(206, headers, _PARQUET[first : last + 1])


_META = b"\x15\x02\x19\x1c\x48\x06schema\x15\x00\x00\x16\x00\x19\x0c\x00"
_PARQUET = b"PAR1" + _META + len(_META).to_bytes(4, "little") + b"PAR1"
"""The smallest of its format: version 1, a schema without columns, no rows, no row groups."""


def _range(text: str, length: int) -> tuple[int, int]:
    """The first and last byte that a Range header asks for; all of them where it asks for what isn't there."""
    found = re.fullmatch(r"bytes=([0-9]*)-([0-9]*)", text)
    first, last = (whole(each) for each in found.groups()) if found else (None, None)
    if first is None:  # the last so many, or no range at all
        start, end = max(length - (length if last is None else last), 0), length - 1
    else:
        start, end = first, length - 1 if last is None else min(last, length - 1)
    return (start, end) if start <= end else (0, length - 1)


def _batch_of_file(world: World, call: Call) -> Record:
    id = call.parts["file"]
    record = world.get(call.tenant, "batches", batch_of_file(id))
    if record is not None and id in files_of([record], ""):
        return record
    ids = [file_id(each) for each in world.store.records(call.tenant, "batches") if each.state == "success"][-20:]
    found = {"id": id, "type": "file"}
    raise Refused(violation("CT-ID-04", "path", "no such file", found=quoted(id), allowed=ids, near=id, **found))


def _no_such_path(path: str, allowed: list[str]) -> Refused:
    told = {"id": path, "type": "file"}
    return Refused(
        violation("CT-QRY-05", "query/path", "no such file", found=quoted(path), allowed=allowed, near=path, **told)
    )


def _row(call: Call, name: str, length: int | None, below: str = "") -> dict[str, Any]:
    """A file with its length, or a folder, which has none."""
    links = {"self": {"href": f"{_here(call)}?path={below}{name}"}}
    return {"name": name, **({} if length is None else {"length": str(length)}), "_links": links}


def _page(call: Call, rows: Sequence[Mapping[str, Any]]) -> Response:
    """Those that ``start`` and ``limit`` ask for; ``count`` is of all (dataset-data.md)."""
    start, limit = whole(call.parameter("start"), 0), whole(call.parameter("limit"), _MOST)
    path = f"path={call.parameter('path')}&" if call.parameter("path") else ""
    here = f"{_here(call)}?{path}"
    links = {"page": {"href": f"{here}start={start}&limit={limit}", "templated": True}}
    if start + limit < len(rows):
        links["next"] = {"href": f"{here}start={start + limit}&limit={limit}"}
    page = {"limit": limit, "count": len(rows)}
    return json_response(200, {"data": rows[start : start + limit], "_page": page, "_links": links})


def _here(call: Call) -> str:
    operation = operation_of(call)
    return f"{call.request.origin}{operation.service.base_path}{operation.path.format(**call.parts)}"
