"""`flow_service_hosts`: the real hosts reach a mock over TLS, from this process and from children that it starts.

This process needs no variables, since its sockets are redirected, and libraries act differently with a proxy; so its
own `os.environ` stays as it is. What children need of them is added where they are started.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mockserver.children.python.flow_service_redirection import Redirection, redirected
from mockserver.children.starting import given
from mockserver.http.authority import Authority
from mockserver.http.server import ServerThread
from mockserver.http.way_out import ANY, WayOut
from mockserver.mock import Mock
from mockserver.run.environment import Files, environment_of, write_files

__all__ = ["Trust", "reached", "trusted"]


@dataclass(frozen=True)
class Trust:
    """An authority, and the files with which its certificates are trusted."""

    authority: Authority
    files: Files


@contextmanager
def trusted() -> Iterator[Trust]:
    """An authority that lasts as long as this; `AuthorityProblem` where there can be none."""
    authority = Authority()
    with tempfile.TemporaryDirectory(prefix="flow-service-") as folder:  # which its owner alone reads
        yield Trust(authority, write_files(Path(folder), authority, os.environ))


@contextmanager
def reached(mock: Mock, thread: ServerThread, trust: Trust) -> Iterator[None]:
    """While this lasts the hosts that ``mock`` stands for are the mock; any other is what it was."""
    server = thread.start(mock.handle, authority=trust.authority, out=WayOut([ANY], mock.stands_for))
    host, _, port = server.origin.rpartition("//")[2].partition(":")
    address = host, int(port)

    def of_child(base: Mapping[str, str]) -> dict[str, str]:
        named = {each.removeprefix("*.") for each in mock.stubs.hosts()}
        return environment_of(base, address, trust.files, [ANY], named)

    redirection = Redirection(address, lambda name, _: mock.stands_for(name), str(trust.files.extra))
    try:
        with redirected(redirection), given(of_child):
            yield
    finally:
        thread.stop(server)
