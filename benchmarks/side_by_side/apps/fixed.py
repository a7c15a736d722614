"""A prepared 201 from the kit's own server: ``python fixed.py PORT``."""

from __future__ import annotations

import asyncio
import sys

from mockserver.exchange.response import json_response
from mockserver.http.listening import bind
from mockserver.http.server import Server

ANSWER = json_response(
    201,
    {"id": "6b2ab2d3-5c4f-4d1b-9bc5-3b6a2d1f0c11", "etag": '"b100e2a4-0000-0200-0000-5fd1b4d40000"'},
    {"ETag": '"b100e2a4-0000-0200-0000-5fd1b4d40000"'},
)


async def main() -> None:
    await Server(lambda _: ANSWER, bind("127.0.0.1", int(sys.argv[1]))).start()
    await asyncio.Event().wait()


asyncio.run(main())
