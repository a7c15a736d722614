"""The peers: what each is called, where it is installed from, and how it is started.

In a command ``{python}`` is this interpreter, ``{scratch}`` the folder of the installed packages, ``{files}`` that of
`files.write`, ``{apps}`` that of this package's servers, ``{port}`` where it is to listen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from report import Goal

KIT = "this kit"
FIXED = "a fixed 201 from uvicorn"

_JAVA = "java -jar {scratch}/npm/"
_WIREMOCK = _JAVA + "wiremock/node_modules/wiremock/build/wiremock-standalone-*.jar"
_WIREMOCK += " --port {port} --bind-address 127.0.0.1 --root-dir {files}/wiremock"
_PRISM = "{scratch}/npm/stoplight-prism-cli/node_modules/.bin/prism mock -h 127.0.0.1 -p {port} {files}/openapi.json"
_MOCKOON = "{scratch}/npm/mockoon-cli/node_modules/.bin/mockoon-cli start --disable-log-to-file --repair"
_MOCKOON += " --data {files}/mockoon.json --port {port} --hostname 127.0.0.1"
_UVICORN = "bin/uvicorn --app-dir {apps} fastapi_app:app --port {port} --no-access-log"
_FIXED = "bin/uvicorn --app-dir {apps} fixed_app:app --port {port} --no-access-log --log-level warning"


@dataclass(frozen=True)
class Peer:
    """``venv`` is the environment that the packages go into; a ``limit`` judges nothing.

    The ``goal`` is for the calls of this kit a second, beside its own.
    """

    name: str
    start: str
    index: Literal["pypi", "npm", "debian", ""] = ""
    packages: tuple[str, ...] = ()
    venv: str = ""
    limit: bool = False
    goal: Goal | None = None
    note: str = ""


PEERS = (
    Peer(KIT, "{python} -m mockserver serve --port {port}", note="as shipped: journal, store, every rule"),
    Peer("WireMock, as shipped", _WIREMOCK, "npm", ("wiremock",), goal=Goal(2, "x", at_least=True)),
    Peer(
        "WireMock, tuned",
        _WIREMOCK + " --no-request-journal --disable-request-logging --disable-gzip",
        "npm",
        ("wiremock",),
        goal=Goal(1, "x", at_least=True),
        note="`--no-request-journal --disable-request-logging --disable-gzip`",
    ),
    Peer("Prism, static", _PRISM, "npm", ("@stoplight/prism-cli",), goal=Goal(5, "x", at_least=True)),
    Peer("Prism, dynamic", _PRISM + " --dynamic", "npm", ("@stoplight/prism-cli",)),
    Peer(
        "Specmatic",
        _JAVA + "specmatic/node_modules/specmatic/specmatic.jar mock --noConsoleLog --hot-reload=disabled"
        " --host=127.0.0.1 --port={port} {files}/openapi.json",
        "npm",
        ("specmatic",),
    ),
    Peer("Mockoon", _MOCKOON, "npm", ("@mockoon/cli",), note="rules for the headers, `valid_json_schema` for the body"),
    Peer(
        "pytest-httpserver and jsonschema",
        "{scratch}/httpserver/bin/python {apps}/httpserver_app.py {port} {files}",
        "pypi",
        ("pytest-httpserver", "jsonschema"),
        venv="httpserver",
        goal=Goal(8, "x", at_least=True),
    ),
    Peer(
        "FastAPI on uvicorn[standard]",
        "{scratch}/fastapi-standard/" + _UVICORN,
        "pypi",
        ("fastapi", "pydantic", "uvicorn[standard]"),
        venv="fastapi-standard",
        goal=Goal(4, "x", at_least=True),
        note="access log off",
    ),
    Peer(
        "FastAPI on uvicorn",
        "{scratch}/fastapi/" + _UVICORN,
        "pypi",
        ("fastapi", "pydantic", "uvicorn"),
        venv="fastapi",
        goal=Goal(4, "x", at_least=True),
        note="access log off",
    ),
    Peer(
        FIXED,
        "{scratch}/uvicorn/" + _FIXED,
        "pypi",
        ("uvicorn", "httptools"),
        venv="uvicorn",
        limit=True,
        goal=Goal(0.45, "x", at_least=True),
        note="an ASGI application; the same parser and event loop as the kit's own server",
    ),
    Peer(
        "a fixed 201 from uvicorn[standard]",
        "{scratch}/fastapi-standard/" + _FIXED,
        "pypi",
        ("uvicorn[standard]",),
        venv="fastapi-standard",
        limit=True,
        note="the same with uvloop",
    ),
    Peer(
        "a fixed 201 from the kit's server",
        "{python} {apps}/fixed.py {port}",
        limit=True,
        note="its own way past ASGI, with a handler that does nothing",
    ),
    Peer(
        "a fixed 201 from nginx", "nginx -p {files}/nginx -c {files}/nginx/nginx.conf", "debian", ("nginx",), limit=True
    ),
)
