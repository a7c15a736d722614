"""Where a client finds the certificate that it has to trust."""

from __future__ import annotations

from contracts import Request
from mockserver.control.admin import ADMIN_PATH
from mockserver.exchange.response import Handler, Response
from mockserver.hosts import locate

__all__ = ["handing_out"]


def handing_out(pem: bytes, handle: Handler) -> Handler:
    """``handle``, but ``GET /__admin/ca.pem`` answers the certificate that a client has to trust."""

    def handled(request: Request) -> Response:
        if request.path != _CERTIFICATE or request.method != "GET" or locate(request)[0] is not None:
            return handle(request)
        return Response(200, {"Content-Type": "application/x-pem-file"}, pem)

    return handled


_CERTIFICATE = f"{ADMIN_PATH}/ca.pem"
