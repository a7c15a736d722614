"""The module that Python imports at its start: what it needs, what it leaves alone, and who else has one."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver import Mock, ServerThread
from mockserver.children.python import flow_service_redirection, sitecustomize
from mockserver.http.authority import Authority
from mockserver.http.way_out import WayOut
from mockserver.run.environment import environment_of, write_files
from tests.kit.connection import HEADERS
from tests.kit.depth import deep

FILES = Path(sitecustomize.__file__), Path(flow_service_redirection.__file__)
URL = "https://platform.adobe.io/data/foundation/flowservice/connections"
OLDEST = (3, 8)
ASK = """
import json, sys, urllib.error, urllib.request as library
opener = library.build_opener(library.ProxyHandler({}))
try:
    print(opener.open(library.Request(sys.argv[1], headers=json.loads(sys.argv[2])), timeout=9).read().decode())
except urllib.error.HTTPError as refused:
    print(refused.code, refused.read().decode())
"""


@pytest.fixture
def environment(mock: Mock, thread: ServerThread, tmp_path: Path) -> Iterator[dict[str, str]]:
    """That of a child of ``run``, which may reach localhost.example.com."""
    authority = Authority()
    server = thread.start(mock.handle, authority=authority, out=WayOut(["allowed.example.com"], mock.stands_for))
    host, _, port = server.origin.removeprefix("http://").partition(":")
    files = write_files(tmp_path, authority, {})
    yield environment_of(os.environ, (host, int(port)), files, ["allowed.example.com"])
    thread.stop(server)


def ran(environment: dict[str, str], *arguments: str, python: str = sys.executable) -> str:
    command = [python, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def test_any_python_from_3_8_on_reads_it_and_has_all_that_it_imports() -> None:
    for file in FILES:
        tree = ast.parse(file.read_text("utf-8"), feature_version=OLDEST)
        imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        own = {each.stem for each in FILES}
        assert {name.partition(".")[0] for name in imported} <= {*sys.stdlib_module_names, *own}


def test_a_child_without_the_kit_and_without_proxies_reaches_the_mock(environment: dict[str, str]) -> None:
    assert (
        json.loads(ran(environment, "-S", "-c", f"import sitecustomize\n{ASK}", URL, json.dumps(HEADERS)))["items"]
        == []
    )


@deep
@pytest.mark.parametrize("minor", range(8, 15))
def test_other_versions_of_python(environment: dict[str, str], minor: int) -> None:
    python = shutil.which(f"python3.{minor}")
    works = python and subprocess.run([python, "-c", "import ssl"], capture_output=True, check=False).returncode == 0
    if not python or not works or minor == sys.version_info.minor:
        pytest.skip(f"there is no other Python 3.{minor}")
    assert json.loads(ran(environment, "-c", ASK, URL, json.dumps(HEADERS), python=python))["items"] == []


def test_a_host_that_is_not_allowed_is_refused_by_the_mock(environment: dict[str, str]) -> None:
    text = ran(environment, "-c", ASK, "https://other.example.com/", "{}")
    assert text.startswith("403 ")
    assert "--allow other.example.com" in text


def test_one_that_is_allowed_and_what_is_no_web_are_looked_up_as_ever(environment: dict[str, str]) -> None:
    code = """
import socket
def looked_up(*place):
    try:
        return socket.getaddrinfo(*place)[0][4][0]
    except OSError as problem:
        return type(problem).__name__
print(looked_up("localhost", 443), looked_up("127.0.0.1", 80), looked_up("192.0.2.7", 443), looked_up("::1", 443))
for place in (("allowed.example.com", 443), ("other.example.com", 5432)):
    print(looked_up(*place).startswith("198.18."))
"""
    assert ran(environment, "-c", code).splitlines() == ["127.0.0.1 127.0.0.1 192.0.2.7 ::1", "False", "False"]


def test_another_sitecustomize_runs_too(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "sitecustomize.py").write_text(
        "import sys\nprint('mine', __name__, __file__ in sys.argv)\nVALUE = 7"
    )
    environment["PYTHONPATH"] += os.pathsep + str(tmp_path / "own")
    first, answer, last = ran(
        environment, "-c", f"{ASK}\nimport sitecustomize\nprint(sitecustomize.VALUE)", URL, "{}"
    ).splitlines()
    assert (first, last) == ("mine sitecustomize False", "7")
    assert answer.startswith("403 ")
    assert "403000" in answer


def test_a_start_without_a_mock_changes_nothing(environment: dict[str, str]) -> None:
    del environment["MOCKSERVER_RUN_ADDRESS"]
    assert ran(
        environment, "-c", "import socket, _socket; print(_socket.getaddrinfo, 'ssl' in __import__('sys').modules)"
    ).startswith("<built-in function getaddrinfo> False")


def test_a_start_does_not_import_tls(environment: dict[str, str]) -> None:
    assert ran(environment, "-c", "import sys; print({'ssl', 'typing', 'pathlib'} & set(sys.modules))") == "set()\n"


@deep
def test_a_mock_within_a_run_is_the_nearer_one(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import requests\n"
        "def test_it(flow_service_hosts):\n"
        f"    assert requests.get({URL!r}, headers=flow_service_hosts.headers, timeout=9).status_code == 200\n"
        "    assert len(flow_service_hosts.requests) == 1\n"
    )
    options = ("-q", "-p", "no:cacheprovider", "-p", "no:schemathesis", "-n0", f"--rootdir={tmp_path}")
    assert "1 passed" in ran(environment, "-m", "pytest", *options, str(tmp_path / "test_it.py"))


LOOPS = """
import asyncio, json, sys, aiohttp, uvloop
async def ask(resolver):
    connector = aiohttp.TCPConnector(resolver=resolver())
    async with aiohttp.ClientSession(connector=connector) as session, session.get(sys.argv[1]) as answer:
        return answer.status
fast, slow = aiohttp.AsyncResolver, aiohttp.ThreadedResolver
print(asyncio.run(ask(fast)), uvloop.run(ask(fast)), uvloop.run(ask(slow)))
"""
CURL = """
import pycurl, sys
curl = pycurl.Curl()
curl.setopt(pycurl.URL, sys.argv[1])
curl.setopt(pycurl.WRITEFUNCTION, len)
curl.perform()
print(curl.getinfo(pycurl.RESPONSE_CODE))
"""


def test_resolvers_and_loops_that_are_not_pythons_lead_there_too(environment: dict[str, str]) -> None:
    pytest.importorskip("uvloop")
    assert ran(environment, "-c", LOOPS, URL) == "403 403 403\n"


def test_a_library_that_connects_in_c_leads_there_too(environment: dict[str, str]) -> None:
    pytest.importorskip("pycurl")
    assert ran(environment, "-c", CURL, URL) == "403\n"
