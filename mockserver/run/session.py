"""The mock behind a command: it is made while the command starts, whose first calls wait for it."""

from __future__ import annotations

import socket

from mockserver.http.authority import Authority
from mockserver.http.handing_out import handing_out
from mockserver.http.limits import Limits
from mockserver.http.recipe import Recipe
from mockserver.http.server import Server, ServerThread
from mockserver.http.way_out import WayOut
from mockserver.run.verdict import Verdict

__all__ = ["Session"]


class Session:
    """Serves a mock on ``listener`` until `close`, and watches it for the `verdict`."""

    def __init__(
        self, recipe: Recipe, listener: socket.socket, limits: Limits, authority: Authority, allowed: tuple[str, ...]
    ) -> None:
        mock = recipe.mock()
        out = WayOut(allowed, mock.stands_for)
        self.verdict = Verdict(mock, out)
        self._threads = ServerThread()
        handle = handing_out(authority.pem, mock.handle)
        self._threads.serve(Server(handle, listener, limits, authority=authority, out=out))

    def close(self) -> None:
        self._threads.close()
