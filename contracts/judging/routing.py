"""How a request finds its operation's row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple
from urllib.parse import unquote

from contracts.judging.breaches import breach
from contracts.judging.model import Operation, Service
from contracts.judging.violations import Violation, shown
from contracts.reading.spelling import nearest
from contracts.sources.regions import Region

__all__ = ["Place", "Routes"]


class Place(NamedTuple):
    """Where a path leads: its service, data centre and host, its variables, and its operations by their methods.

    ``breaches`` says why there are no operations, ``below`` is the path from where the service begins.
    """

    service: Service | None = None
    region: Region | None = None
    host: str = ""
    parts: Mapping[str, str] = {}
    id: str = ""
    operations: Mapping[str, Operation] = {}
    breaches: tuple[Violation, ...] = ()
    below: str = ""

    def breaches_of(self, method: str) -> tuple[Violation, ...]:
        """Why there is no operation of this method."""
        known = tuple(self.service.not_imitated(method, self.below)) if self.service is not None else ()
        if known:
            return known
        if self.service is None or not self.operations:
            return self.breaches
        problem = f"no method of {next(iter(self.operations.values())).path} here"
        found = breach(self.service, "method", "method", problem, found=method[:40], allowed=self.operations)
        return tuple(found)


class Routes:
    """The paths of ``services``. One that none of them has breaks a rule of the first, or what any has ``beside``."""

    def __init__(self, services: Sequence[Service], operations: Iterable[Operation]) -> None:
        self._services = services
        rows: dict[Service, list[Operation]] = {service: [] for service in services}
        for row in operations:
            rows[row.service].append(row)
        self._paths = {service: tuple(dict.fromkeys(row.path for row in rows[service])) for service in services}
        self._templates = {
            service: _templates((*self._paths[service], *service.no_items), rows[service]) for service in services
        }
        self._remembered = lru_cache(maxsize=512)(self._look_up)

    def find(self, path: str) -> Place:
        """The place of ``path`` (from the root of the host).

        Both forms of every path are documented somewhere, with and without the slash at the end.
        """
        return self._remembered(path) if len(path) <= _USUAL else self._look_up(path)

    def _look_up(self, path: str) -> Place:
        service, below, region = self._service_at(path)
        if service is None:
            known = tuple(chain.from_iterable(each.beside(path) for each in self._services))
            if known:
                return Place(breaches=known)
            problem = f"not below a base path such as {self._services[0].base_path}"
            more = {"allowed": [row.base_path for row in self._services], "nearest": self._meant(path)}
            found = breach(self._services[0], "path", "path", problem, found=shown(path), **more)
            return Place(breaches=tuple(found))
        host = path[1:].partition("/")[0] if region else ""
        segments = _segments(below)
        templates = self._templates[service].get(len(segments), ())
        template = next((each for each in templates if each.fits(segments)), None)
        if template is not None and template.rows:
            parts = {name: segments[at] for at, name in template.variables}
            return Place(service, region, host, parts, parts.get("id", ""), template.rows, below=below)
        problem, paths = "no such path here", self._paths[service]
        found = breach(service, "path", "path", problem, found=shown(below), allowed=paths, near=below)
        return Place(service, region, host, breaches=tuple(found), below=below)

    def _meant(self, path: str) -> str | None:
        """The documented path that ends as ``path`` does, where its base path or host was misspelt or left out."""
        if len(path) > _USUAL:
            return None
        first, _, rest = path[1:].partition("/")
        if "." in first:  # a host that answers no such path
            path = f"/{rest}"
            service, below, _ = self._service_at(path)
            if service is not None and self._fits(service, below):
                return path
        return self._with_its_base(path) or self._with_its_base_spelt(path)

    def _with_its_base_spelt(self, path: str) -> str | None:
        segments = path.split("/")
        for service in self._services:
            length = service.base_path.count("/") + 1
            below = "/".join(["", *segments[length:]])
            near = nearest("/".join(segments[:length]), (service.base_path,), 0.9)
            if near is not None and self._fits(service, below):
                return service.base_path + below
        return None

    def _with_its_base(self, path: str) -> str | None:
        for service in self._services:
            names = service.base_path.split("/")[1:]
            for place in range(1, len(names) + 1):
                begin = "".join(f"/{name}" for name in names[place:])
                below = path.removeprefix(begin)
                if path.startswith(f"{begin}/") and self._fits(service, below):
                    return service.base_path + below
        return None

    def _fits(self, service: Service, below: str) -> bool:
        segments = _segments(below)
        templates = self._templates[service].get(len(segments), ())
        return any(template.literals and template.fits(segments) for template in templates)

    def _service_at(self, path: str) -> tuple[Service | None, str, Region | None]:
        """The service that answers ``path``, what is below the service's beginning, and the host's data centre."""
        for service in self._services:
            found = service.below(path)
            if found is not None:
                return service, *found
        return None, path, None


_USUAL = 200  # characters of a path; longer ones are looked up each time they come


def _segments(path: str) -> list[str]:
    segments = path.removesuffix("/").split("/")[1:]
    return [unquote(segment) for segment in segments] if "%" in path else segments


class _Template(NamedTuple):
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
