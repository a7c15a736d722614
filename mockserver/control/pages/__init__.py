"""The pages for people: the dashboard at ``/__admin/``, the front page at ``/``, and what they are made of."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from contracts import RULES, Request
from contracts.reading.links import link_to
from contracts.tables import NOT_IMITATED, OPERATIONS, SERVICES
from mockserver.exchange.response import Response, json_response
from mockserver.version import version

__all__ = ["FILES", "dashboard", "file", "front"]

FILES = {"dashboard.css": "text/css", "dashboard.js": "text/javascript", "favicon.svg": "image/svg+xml"}
"""What the pages load, by name."""

# Nothing of another host and no script in the page's text: what a request brings can't become one.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_SAFE = {
    "Content-Security-Policy": _POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def dashboard(_: Request) -> Response:
    """The page that shows calls as they happen, what is stored, coverage, faults and the clock."""
    tables = json.dumps(_tables(), separators=(",", ":"))
    return _page("dashboard.html", tables=tables.replace("<", "\\u003c"))  # so that no text in it ends the element


def front(request: Request) -> Response:
    """What this server is and where its services are: a page for browsers, JSON for all others."""
    services = [{"service": row.id, "url": _url(request.origin, row)} for row in SERVICES]
    if "text/html" in request.headers.get("accept", ""):
        return _page("front.html", services="\n".join(_row(**row) for row in services))
    about = "A local mock of Adobe Experience Platform's Flow Service and what it works with"
    links = {"dashboard": f"{request.origin}/__admin/", "openapi": f"{request.origin}/__admin/openapi.json"}
    return json_response(200, {"about": about, "version": version(), **links, "services": services})


def file(name: str) -> Response:
    """One of `FILES`."""
    return Response(200, {"Content-Type": f"{FILES[name]}; charset=utf-8", **_SAFE}, _text(name))


@cache
def _text(name: str) -> bytes:
    own = (files("mockserver.control.pages") / name).read_bytes()
    return (files("contracts.reports") / "templates" / "look.css").read_bytes() + own if name.endswith(".css") else own


def _page(name: str, **values: str) -> Response:
    """The page with the values in their places; each is HTML already."""
    text = Template(_text(name).decode()).substitute(values, version=escape(version()))
    return Response(200, {"Content-Type": "text/html; charset=utf-8", **_SAFE}, text.encode())


def _row(service: str, url: str) -> str:
    return f"<dt>{escape(service)}</dt><dd><code>{escape(url)}</code></dd>"


@cache
def _tables() -> Mapping[str, Any]:
    """What the script knows of the contract: services, their operations, and how each rule is mended."""
    return {
        "services": [row.id for row in SERVICES],
        "operations": {row.id: [row.service.id, row.method, row.path] for row in OPERATIONS},
        "rules": {id: [rule.demand, rule.mend, link_to(rule.document)] for id, rule in RULES.items()},
        "not_imitated": [*NOT_IMITATED],
        "bases": [[row.id, row.base_path] for row in SERVICES if isinstance(row.hosts, re.Pattern)],
    }


def _url(origin: str, row: Any) -> str:
    """Where a service is reached; of those that have a host for each data centre what the hosts look like."""
    return f"{origin}{row.base_path}" if row.base_path.startswith("/") else f"{origin}/{row.base_path}"
