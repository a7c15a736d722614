"""How a request finds its operation's row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from contracts.judging.breaches import breach
from contracts.judging.model import Operation, Service
from contracts.judging.violations import Violation, shown
from contracts.sources.regions import Region

__all__ = ["Place", "Routes"]


class Place(NamedTuple):
    """Where a request leads: its service, data centre and host, operation and variables of the path.

    ``allow`` are the methods of a path that hasn't this one; ``breaches`` says why there is no operation.
    """

    service: Service | None = None
    region: Region | None = None
    host: str = ""
    operation: Operation | None = None
    parts: Mapping[str, str] = {}
    allow: tuple[str, ...] = ()
    breaches: tuple[Violation, ...] = ()


class Routes:
    """The paths of ``services``. One that none of them has breaks a rule of the first."""

    def __init__(self, services: Sequence[Service], operations: Iterable[Operation]) -> None:
        self._services = services
        rows: dict[Service, list[Operation]] = {service: [] for service in services}
        for row in operations:
            rows[row.service].append(row)
        self._paths = {service: tuple(dict.fromkeys(row.path for row in rows[service])) for service in services}
        self._templates = {service: _templates(self._paths[service], rows[service]) for service in services}
        self._remembered = lru_cache(maxsize=512)(self._look_up)

    def find(self, method: str, path: str) -> Place:
        """The place of ``path`` (from the root of the host).

        Both forms of every path are documented somewhere, with and without the slash at the end.
        """
        return self._remembered(method, path) if len(path) + len(method) <= _USUAL else self._look_up(method, path)

    def _look_up(self, method: str, path: str) -> Place:
        service, below, region = self._service_at(path)
        if service is None:
            allowed = [row.base_path for row in self._services]
            found = breach(
                self._services[0], "path", "path", "not below a base path", found=shown(path), allowed=allowed
            )
            return Place(breaches=tuple(found))
        place = Place(service, region, path[1:].partition("/")[0] if region else "")
        segments = _segments(below)
        templates = self._templates[service].get(len(segments), ())
        template = next((each for each in templates if each.fits(segments)), None)
        if template is None:
            paths = self._paths[service]
            problem = "not a documented path"
            found = breach(service, "path", "path", problem, found=shown(below), allowed=paths, near=below)
            return place._replace(breaches=tuple(found))
        operation = template.rows.get(method)
        if operation is None:
            allow = tuple(template.rows)
            problem = f"not documented for {template.path}"
            found = breach(service, "method", "method", problem, found=method[:40], allowed=allow)
            return place._replace(allow=allow, breaches=tuple(found))
        return place._replace(operation=operation, parts={name: segments[at] for at, name in template.variables})

    def _service_at(self, path: str) -> tuple[Service | None, str, Region | None]:
        """The service that answers ``path``, what is below the service's beginning, and the host's data centre."""
        for service in self._services:
            found = service.below(path)
            if found is not None:
                return service, *found
        return None, path, None


_USUAL = 200  # characters; longer ones are looked up each time they come


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


def _templates(paths: Iterable[str], operations: Sequence[Operation]) -> Mapping[int, list[_Template]]:
    """A service's paths by how many segments they have. Of two that fit the one with more literals is meant."""
    templates: dict[int, list[_Template]] = {}
    for path in paths:
        parts = list(enumerate(_segments(path)))
        rows = {row.method: row for row in operations if row.path == path}
        variables = tuple((place, part.strip("{}")) for place, part in parts if part.startswith("{"))
        literals = tuple((place, part) for place, part in parts if not part.startswith("{"))
        templates.setdefault(len(parts), []).append(_Template(path, literals, variables, rows))
    for each in templates.values():
        each.sort(key=lambda template: len(template.variables))
    return templates
