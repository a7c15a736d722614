"""How a request finds its operation's row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from contracts.judging.model import Call, Operation, Service
from contracts.judging.violations import Violation, shown, violation
from contracts.operations import OPERATIONS, SERVICES
from contracts.sources.regions import Region

__all__ = ["find"]


def find(call: Call, path: str) -> Iterator[Violation]:
    """Give ``call`` the operation of ``path`` (from the root of the host), or yield why there is none.

    Both forms of every path are documented somewhere, with and without the slash at the end.
    """
    service, below, call.region, template, call.parts = _place(path) if len(path) <= _USUAL else _look_up(path)
    if service is None:
        allowed = [row.base_path for row in SERVICES]
        yield violation("FS-URL-01", "path", "not below a base path", found=shown(path), allowed=allowed)
        return
    call.service = service
    call.host = path[1:].partition("/")[0] if call.region else ""
    if template is None:
        yield violation(
            "FS-URL-01", "path", "not a documented path", found=shown(below), allowed=_paths(service), near=below
        )
        return
    call.operation = template.rows.get(call.request.method)
    if call.operation is None:
        call.allow = tuple(template.rows)
        yield violation(
            "FS-URL-02",
            "method",
            f"not documented for {template.path}",
            found=call.request.method[:40],
            allowed=call.allow,
        )
        return
    call.id = call.parts.get("id", "")


_USUAL = 200  # characters of a path; longer ones are looked up each time they come


class _Place(NamedTuple):
    """The service of a path, what of it is below that, its data centre, its row in the table, and its variables."""

    service: Service | None
    below: str
    region: Region | None
    template: _Template | None = None
    parts: Mapping[str, str] = {}


def _look_up(path: str) -> _Place:
    service, below, region = _service_at(path)
    if service is None:
        return _Place(service, below, region)
    segments = _segments(below)
    template = next((each for each in _templates(service).get(len(segments), ()) if each.fits(segments)), None)
    if template is None:
        return _Place(service, below, region)
    return _Place(service, below, region, template, {name: segments[place] for place, name in template.variables})


_place = lru_cache(maxsize=512)(_look_up)


def _service_at(path: str) -> tuple[Service | None, str, Region | None]:
    """The service that answers ``path``, what of it is below the service's beginning, and the host's data centre."""
    for service in SERVICES:
        found = service.below(path)
        if found is not None:
            return service, *found
    return None, path, None


def _segments(path: str) -> list[str]:
    segments = path.removesuffix("/").split("/")[1:]
    return [unquote(segment) for segment in segments] if "%" in path else segments


@dataclass(frozen=True, slots=True)
class _Template:
    """A path of the table with its rows by method; ``literals`` and ``variables`` are its segments by their places."""

    path: str
    literals: tuple[tuple[int, str], ...]
    variables: tuple[tuple[int, str], ...]
    rows: Mapping[str, Operation]

    def fits(self, segments: Sequence[str]) -> bool:
        """Whether a path of as many segments is meant."""
        for place, text in self.literals:
            if segments[place] != text:
                return False
        return all(segments[place] for place, _ in self.variables) if self.variables else True


@cache
def _templates(service: Service) -> Mapping[int, list[_Template]]:
    """The service's paths by how many segments they have. Of two that fit the one with more literals is meant."""
    templates: dict[int, list[_Template]] = {}
    for path in _paths(service):
        parts = list(enumerate(_segments(path)))
        rows = {row.method: row for row in OPERATIONS if row.service is service and row.path == path}
        variables = tuple((place, part.strip("{}")) for place, part in parts if part.startswith("{"))
        literals = tuple((place, part) for place, part in parts if not part.startswith("{"))
        templates.setdefault(len(parts), []).append(_Template(path, literals, variables, rows))
    for each in templates.values():
        each.sort(key=lambda template: len(template.variables))
    return templates


@cache
def _paths(service: Service) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.path for row in OPERATIONS if row.service is service))
