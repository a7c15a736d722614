"""The work with pytest-httpserver and jsonschema: ``python httpserver_app.py PORT FILES``."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from uuid import uuid4

from jsonschema import Draft202012Validator
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

work = json.loads((Path(sys.argv[2]) / "work.json").read_text("utf-8"))
validator = Draft202012Validator(work["schema"])


def create(request: Request) -> Response:
    errors = [error.message for error in validator.iter_errors(request.get_json(force=True))]
    if errors:
        return Response(json.dumps({"errors": errors}), 400, content_type="application/json")
    answer = {"id": str(uuid4()), "etag": f'"{uuid4()}"'}
    return Response(json.dumps(answer), 201, content_type="application/json")


server = HTTPServer(port=int(sys.argv[1]))
server.expect_request(work["path"], method="POST", headers=work["headers"]).respond_with_handler(create)
server.start()
while True:
    time.sleep(60)
