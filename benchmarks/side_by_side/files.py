"""What each peer is told: files that are written before it starts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from side_by_side.work import BODY, HEADERS, PATH, SCHEMA

UUID = {"type": "string", "format": "uuid"}


def write(folder: Path) -> None:
    """Write all of them below ``folder``."""
    for name, text in {
        "work.json": json.dumps({"path": PATH, "headers": HEADERS, "schema": SCHEMA}),
        "openapi.json": json.dumps(openapi()),
        "wiremock/mappings/connections.json": json.dumps(wiremock()),
        "mockoon.json": json.dumps(mockoon()),
        "nginx/nginx.conf": NGINX.replace("FOLDER", str(folder / "nginx")).replace("PATH", PATH),
        "wrk.lua": wrk(),
    }.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


def openapi() -> dict[str, Any]:
    """For Prism and Specmatic. In OpenAPI ``Authorization`` is a security scheme, ``Content-Type`` a body's key."""
    headers = [name for name in HEADERS if name not in ("Authorization", "Content-Type")]
    answer = {"type": "object", "required": ["id", "etag"], "properties": {"id": UUID, "etag": UUID}}
    operation = {
        "security": [{"ims": []}],
        "parameters": [{"name": n, "in": "header", "required": True, "schema": {"type": "string"}} for n in headers],
        "requestBody": {"required": True, "content": {"application/json": {"schema": SCHEMA}}},
        "responses": {
            "201": {"description": "Created", "content": {"application/json": {"schema": answer}}},
            "400": {"description": "Refused", "content": {"application/json": {"schema": {"type": "object"}}}},
        },
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": "connections", "version": "1"},
        "components": {"securitySchemes": {"ims": {"type": "http", "scheme": "bearer"}}},
        "paths": {PATH: {"post": operation}},
    }


def wiremock() -> dict[str, Any]:
    body = {"id": "{{randomValue type='UUID'}}", "etag": "\"{{randomValue type='UUID'}}\""}
    return {
        "request": {
            "method": "POST",
            "urlPath": PATH,
            "headers": {name: {"matches": f"{'Bearer ' if name == 'Authorization' else ''}.+"} for name in HEADERS},
            "bodyPatterns": [{"matchesJsonSchema": SCHEMA, "schemaVersion": "V202012"}],
        },
        "response": {
            "status": 201,
            "headers": {"Content-Type": "application/json"},
            "body": json.dumps(body),
            "transformers": ["response-template"],
        },
    }


def mockoon() -> dict[str, Any]:
    def uuid(name: str) -> str:
        return str(uuid5(NAMESPACE_URL, name))

    def rule(target: str, modifier: str, operator: str, value: str) -> dict[str, Any]:
        return {"target": target, "modifier": modifier, "operator": operator, "value": value, "invert": False}

    rules = [rule("header", name, "regex", ".+") for name in HEADERS]
    rules.append(rule("body", "", "valid_json_schema", "connection"))
    common = {
        "latency": 0, "headers": [{"key": "Content-Type", "value": "application/json"}], "bodyType": "INLINE",
        "filePath": "", "databucketID": "", "sendFileAsBody": False, "rulesOperator": "AND", "disableTemplating": False,
        "fallbackTo404": False, "crudKey": "id", "callbacks": [],
    }  # fmt: skip
    refused = {"uuid": uuid("refused"), "label": "", "statusCode": 400, "body": "{}", "rules": [], "default": True}
    body = '{"id": "{{faker \'string.uuid\'}}", "etag": "{{faker \'string.uuid\'}}"}'
    created = {"uuid": uuid("ok"), "label": "", "statusCode": 201, "body": body, "rules": rules, "default": False}
    route = {
        "uuid": uuid("route"), "type": "http", "documentation": "", "method": "post", "endpoint": PATH.lstrip("/"),
        "responses": [refused | common, created | common],
        "responseMode": None, "streamingMode": None, "streamingInterval": 0,
    }  # fmt: skip
    bucket = {"uuid": uuid("bucket"), "id": "work", "name": "connection", "documentation": ""}
    return {
        "uuid": uuid("environment"),
        "lastMigration": 33,
        "name": "work",
        "routes": [route],
        "data": [bucket | {"value": json.dumps(SCHEMA)}],
    }


NGINX = """\
daemon off;
worker_processes 1;
pid FOLDER/nginx.pid;
error_log stderr;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path FOLDER; proxy_temp_path FOLDER; fastcgi_temp_path FOLDER; uwsgi_temp_path FOLDER;
  scgi_temp_path FOLDER;
  include FOLDER/listen.conf;
}
"""


def nginx(port: int) -> str:
    """Its server; the port is known when it starts."""
    answer = 'return 201 \'{"id": "fixed"}\';'
    head = "default_type application/json; add_header ETag '\"1\"';"
    return f"server {{ listen 127.0.0.1:{port}; location = {PATH} {{ {head} {answer} }} }}"


def wrk() -> str:
    """wrk's script: the request, and the measured figures as one line of JSON; a status above 399 counts as failed."""
    lines = ['wrk.method = "POST"', f"wrk.body = [==[{BODY.decode()}]==]"]
    lines += [f'wrk.headers["{name}"] = "{value}"' for name, value in HEADERS.items()]
    return "\n".join([*lines, _DONE])


_DONE = """
function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '{"calls": %d, "seconds": %f, "p50": %f, "p99": %f, "failed": %d}\\n', summary.requests, summary.duration / 1e6,
    latency:percentile(50), latency:percentile(99), e.status + e.connect + e.read + e.write + e.timeout))
end
"""
