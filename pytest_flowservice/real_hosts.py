"""`flow_service_hosts`: the real hosts reach a mock over TLS, from this process and from children that it starts.

This process needs no variables, since its sockets are redirected, and libraries act differently with a proxy; so its
own `os.environ` stays as it is. What children need of them is added where they are started.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

from mockserver.hosts import emulated_domains
from mockserver.http.authority import Authority
from mockserver.http.server import ServerThread
from mockserver.http.way_out import ANY, WayOut
from mockserver.mock import Mock
from mockserver.run.environment import HOSTS, Files, environment_of, write_files
from mockserver.run.python.flow_service_redirection import Redirection, redirected

__all__ = ["Trust", "reached", "trusted"]

_ENV = 10
"""The place of ``env`` among the parameters of `subprocess.Popen`."""


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
        changed = environment_of(base, address, trust.files, [ANY])
        return {**changed, HOSTS: ",".join(sorted(named | emulated_domains()))}

    redirection = Redirection(address, lambda name, _: mock.stands_for(name), str(trust.files.extra))
    try:
        with redirected(redirection), _past_proxies(), _inherited(of_child(os.environ)), _given(of_child):
            yield
    finally:
        thread.stop(server)


@contextmanager
def _given(of_child: Callable[[Mapping[str, str]], dict[str, str]]) -> Iterator[None]:
    """A child's environment is changed where the child is started, also one that the test has made itself."""
    before: Any = subprocess.Popen.__init__

    @wraps(before)
    def start(self: Any, *args: Any, **named: Any) -> None:
        given = args[_ENV] if len(args) > _ENV else named.pop("env", None)
        env = of_child(os.environ if given is None else {os.fsdecode(k): os.fsdecode(v) for k, v in given.items()})
        if len(args) > _ENV:
            before(self, *args[:_ENV], env, *args[_ENV + 1 :], **named)
        else:
            before(self, *args, env=env, **named)

    subprocess.Popen.__init__ = start  # type: ignore[method-assign]
    try:
        yield
    finally:
        subprocess.Popen.__init__ = before  # type: ignore[method-assign]


@contextmanager
def _inherited(wanted: Mapping[str, str]) -> Iterator[None]:
    """What `os.system` and the like hand on is ``wanted``, without `os.environ` showing it."""
    changed = {name for name in {*os.environ, *wanted} if os.environ.get(name) != wanted.get(name)}
    _hand_on(changed, wanted)
    try:
        yield
    finally:
        _hand_on(changed, os.environ)


def _hand_on(names: set[str], values: Mapping[str, str]) -> None:
    for name in names:
        if name in values:
            os.putenv(name, values[name])
        else:
            os.unsetenv(name)


@contextmanager
def _past_proxies() -> Iterator[None]:
    """What goes out through a proxy of the user's doesn't do so for the emulated hosts."""
    if not any(name.lower() in _PROXIES and value for name, value in os.environ.items()):
        yield
        return
    before = {name: os.environ.get(name) for name in _EXCEPTIONS}
    own = next(filter(None, before.values()), "")
    os.environ.update(dict.fromkeys(_EXCEPTIONS, ",".join(filter(None, [own, *sorted(emulated_domains())]))))
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            os.environ.update({} if value is None else {name: value})


_PROXIES, _EXCEPTIONS = ("http_proxy", "https_proxy", "all_proxy"), ("no_proxy", "NO_PROXY")
