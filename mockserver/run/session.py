"""The mock behind a command: it is made while the command starts, whose first calls wait for it."""

from __future__ import annotations

import socket

from mockserver.http.authority import Authority
from mockserver.http.handing_out import handing_out
from mockserver.http.limits import Limits
from mockserver.http.server import Server, ServerThread
from mockserver.http.way_out import WayOut
from mockserver.mock import Mock
from mockserver.run.verdict import Verdict

__all__ = ["Session"]


class Session:
    """Serves a mock on ``listener`` until `close`, and watches it for the `verdict`."""

    def __init__(
        self, mock: Mock, listener: socket.socket, limits: Limits, authority: Authority, allowed: tuple[str, ...]
    ) -> None:
        out = WayOut(allowed, mock.stands_for)
        self.verdict = Verdict(mock, out)
        self._loop = ServerThread()
        handle = handing_out(authority.pem, mock.ask)
        self._loop.serve(Server(handle, listener, limits, authority=authority, out=out))

    def close(self) -> None:
        """Calls that are under way still end without an answer."""
        self._loop.close()
