"""The pages about the catalogue: sources, destinations, and what of the platform is exported."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.reading.files import file_of
from contracts.sources import Kind, Source, catalogue
from mockserver.control.docs.markdown import document, page, table

__all__ = ["destinations", "sources"]


def sources() -> str:
    return page(
        "Sources",
        "Every source of the catalogue: its `connectionSpec` and its ways to authenticate. `mockserver sources NAME` "
        "shows one, `--sources FILE` adds others.",
        [*_lines("source"), *_compared()],
    )


def destinations() -> str:
    return page(
        "Catalogue of destinations",
        "Every destination of the catalogue, and what of the platform is exported. `mockserver sources NAME` shows "
        "one, `--destinations FILE` adds others. [Destinations](destinations.md) shows how they are used.",
        [*_lines("destination"), "", "## Export sources", *_lines("export source", "###")],
    )


def _compared() -> Iterator[str]:
    yield from ("", "## Compared with Adobe's pages", "")
    yield "The newest revision of each source's document that could be read, and what of it the catalogue hadn't."
    yield "The pages of May 2026 were read on Experience League, the others in the public repository, some of them in"
    yield "a translation; before 2025 means that newer revisions exist and couldn't be read. Talon.One, Braze, Didomi,"
    yield "RainFocus, Relay, Algolia, Acxiom, Bombora, Demandbase, Merkury, and Meta, Snapchat and TikTok Ads stand in"
    yield "Adobe's list of sources; the pages that could be read show them in the user interface, with its labels of"
    yield "credentials, and print no `connectionSpec` id, auth spec or request."
    yield ""
    rows = json.loads(file_of("contracts.sources", "data/compared-pages.json").read_text("utf-8"))
    names = {source.key: source.display_name for source in catalogue().of("source")}
    yield from table(("source", "revision read", "difference"), (_comparison(names, row) for row in rows))


def _comparison(names: Mapping[str, str], row: Mapping[str, str | None]) -> tuple[str, ...]:
    return names[str(row["source"])], row["revision"] or "unreadable", row["difference"] or "none"


def _lines(kind: Kind, heading: str = "##") -> Iterator[str]:
    for source in catalogue().of(kind):
        yield from ("", f"{heading} {source.display_name}", "")
        yield from _facts(source, source.target if kind == "destination" else source.row)
        yield from _credentials(source)


def _facts(source: Source, row: Mapping[str, Any]) -> Iterator[str]:
    yield f"- name: `{row.get('key') or row['name']}`"
    yield f"- `connectionSpec`: id `{source.id}`, version `{source.version}`"
    if row.get("category"):
        yield f"- category: {row['category']}"
    if row.get("doc"):
        yield f"- document: {document('AdobeDocs/experience-platform.en ' + row['doc'])}"
    if row.get("authTypeIsFixed"):
        yield "- the way to authenticate of a connection can't be changed"
    if source.end_of_life:
        date = source.end_of_life.get("date")
        yield f"- end of life: {f'{date}: ' if date else ''}{source.end_of_life['note']}"
    declared = ((row.get("targetSpec") or {}).get("spec") or {}).get("properties") or {}
    required = row.get("requiredTargetParams") or ()
    if declared:
        yield f"- params of a target connection: {', '.join(_target(name, required) for name in declared)}"
    for field, what in (("flowSpecId", "flow spec"), ("datasetFlowSpecId", "flow spec of datasets")):
        if row.get(field):
            yield f"- {what}: `{row[field]}`"


def _target(name: str, required: Any) -> str:
    return f"`{name}` (required)" if name in required else f"`{name}`"


def _credentials(source: Source) -> Iterator[str]:
    if not source.auth:
        yield "- no credentials"
    for spec in source.auth.values():
        yield from ("", f"`auth.specName` is `{spec.name}`:", "")
        yield from table(("param", "is", "says the page"), map(_param, spec.params.values()))


def _param(row: Mapping[str, Any]) -> tuple[str, ...]:
    text = " ".join(str(row.get("description") or "").split()).replace("<", "&lt;")
    secret = ", secret" if row.get("secret") else ""
    return f"`{row['name']}`", _REQUIRED[row.get("required")] + secret, text


_REQUIRED = {True: "required", False: "optional", None: "optional, the page doesn't say"}
