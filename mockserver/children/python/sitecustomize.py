"""What a child in Python imports at its start: its folder is the first on the child's PYTHONPATH.

It needs nothing but the standard library, of Python 3.8 or later.
"""

from __future__ import annotations

import os
import socket
import sys

TYPE_CHECKING = False  # each module that isn't imported makes every start of a child quicker
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

__all__ = ["start"]


def start(environ: Mapping[str, str]) -> None:
    """Redirect for as long as the process lasts, as the environment says; nothing where it says nothing."""
    address = environ.get("MOCKSERVER_RUN_ADDRESS")
    if address:
        from flow_service_redirection import Redirection, begin  # which stands beside this file

        host, _, port = address.rpartition(":")
        takes = _taking(_listed(environ, "MOCKSERVER_RUN_HOSTS"), _listed(environ, "MOCKSERVER_RUN_ALLOWED"))
        begin(Redirection((host, int(port)), takes, environ.get("MOCKSERVER_RUN_CA", "")))


def _listed(environ: Mapping[str, str], name: str) -> frozenset[str]:
    return frozenset(filter(None, environ.get(name, "").split(",")))


def _taking(domains: frozenset[str], allowed: frozenset[str]) -> Callable[[str, Any], bool]:
    """The emulated hosts, and those of the web that aren't allowed: the mock refuses them, and says which it was."""

    def takes(host: str, port: Any) -> bool:
        name = host.lower().rstrip(".")
        labels = name.split(".")
        if name in allowed:
            return False
        if any(".".join(labels[start:]) in domains for start in range(len(labels))):
            return True
        is_open = "*" in allowed or len(labels) == 1 or labels[-1] == "localhost"
        return not is_open and port in _WEB and not _is_address(name)

    return takes


_WEB = (80, 443, "80", "443", "http", "https")


def _is_address(name: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, name.partition("%")[0])
        except (OSError, ValueError):
            continue
        return True
    return False


def _run_the_next() -> None:
    """The `sitecustomize` that Python would have found without this one."""
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    here = os.path.dirname(os.path.abspath(__file__))
    found = PathFinder.find_spec("sitecustomize", [each for each in sys.path if os.path.abspath(each or ".") != here])
    if found is not None and found.loader is not None:
        sys.modules["sitecustomize"] = module = module_from_spec(found)
        found.loader.exec_module(module)


if __name__ == "sitecustomize":
    start(os.environ)
    _run_the_next()
