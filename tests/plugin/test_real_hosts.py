"""`flow_service_hosts`: whatever a test uses, the real hosts are the mock; afterwards nothing is left of that."""

from __future__ import annotations

import asyncio
import gc
import io
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import textwrap
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from socket import create_connection, getaddrinfo
from typing import Any

import aiohttp
import certifi
import httpx
import pytest
import requests
import responses
import respx
import urllib3
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_flowservice import FlowService
from tests.kit.depth import deep, examples, nightly

# Clients outlive their tests, and with them the mock that they were connected to.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

URL = "https://platform.adobe.io/data/foundation/flowservice"
IMS = "https://ims-na1.adobelogin.com/ims"
ZOHO = "https://accounts.zoho.eu/oauth/v2/token"

SESSION, CLIENT, POOL, CONTEXT = requests.Session(), httpx.Client(), urllib3.PoolManager(), ssl.create_default_context()
"""They were made before any fixture."""
PINNED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""It trusts nobody."""


@pytest.fixture(scope="module", autouse=True)
def _left_to_nobody() -> Iterator[None]:
    """Or what these leave unclosed would be found in another test, and be an error there."""
    yield
    SESSION.close()
    POOL.clear()
    gc.collect()


def test_its_addresses_are_the_real_ones(flow_service_hosts: FlowService) -> None:
    assert flow_service_hosts.origin == "https://platform.adobe.io"
    assert flow_service_hosts.url == URL
    assert flow_service_hosts.ims_url == IMS


async def over_aiohttp(url: str, headers: Any, resolver: Any = aiohttp.AsyncResolver) -> Any:
    connector = aiohttp.TCPConnector(resolver=resolver())
    async with aiohttp.ClientSession(connector=connector) as session, session.get(url, headers=headers) as answer:
        return await answer.json()


async def over_async_httpx(url: str, headers: Any, **options: Any) -> Any:
    async with httpx.AsyncClient(**options) as client:
        return (await client.get(url, headers=headers)).json()


def on_uvloop(asking: Any) -> Any:
    """Wherever there is such a loop: not on Windows."""
    loops = pytest.importorskip("uvloop")
    return loops.run(asking)


def over_urllib(url: str, headers: Any, *handlers: Any) -> Any:
    opener = urllib.request.build_opener(*handlers)
    with opener.open(urllib.request.Request(url, headers=headers), timeout=9) as answer:
        return json.load(answer)


def over_a_socket(url: str, headers: Any, context: ssl.SSLContext = CONTEXT) -> Any:
    host, path = url.split("/", 3)[2:]
    with create_connection((host, 443), 9) as plain, context.wrap_socket(plain, server_hostname=host) as secure:
        lines = [f"GET /{path} HTTP/1.1", f"Host: {host}", "Connection: close", *map(": ".join, headers.items())]
        secure.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        text = b"".join(iter(lambda: secure.recv(65536), b""))
    return json.loads(text.partition(b"\r\n\r\n")[2])


def without_environment(url: str, headers: Any) -> Any:
    with requests.Session() as session:
        session.trust_env = False
        return session.get(url, headers=headers, timeout=9).json()


def over_pycurl(url: str, headers: Any, **options: Any) -> Any:
    pycurl, out = pytest.importorskip("pycurl"), io.BytesIO()
    curl = pycurl.Curl()
    told = {"URL": url, "WRITEDATA": out, "HTTPHEADER": [f"{name}: {value}" for name, value in headers.items()]}
    for name, value in {**told, "TIMEOUT": 9, **options}.items():
        curl.setopt(getattr(pycurl, name), value)
    curl.perform()
    return json.loads(out.getvalue())


def over_many_of_pycurl(url: str, headers: Any) -> Any:
    pycurl = pytest.importorskip("pycurl")
    many = pycurl.CurlMulti()

    class Curl(pycurl.Curl):  # type: ignore[misc]
        def perform(self) -> None:
            many.add_handle(self)
            while many.perform()[1]:
                many.select(0.1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pycurl, "Curl", Curl)
        return over_pycurl(url, headers)


def over_pyopenssl(url: str, headers: Any) -> Any:
    ssl = pytest.importorskip("OpenSSL.SSL")
    host, path = url.split("/", 3)[2:]
    context = ssl.Context(ssl.TLS_CLIENT_METHOD)
    context.load_verify_locations(certifi.where())
    context.set_verify(ssl.VERIFY_PEER, lambda *found: bool(found[-1]))
    connection = ssl.Connection(context, create_connection((host, 443), timeout=9))
    connection.set_tlsext_host_name(host.encode())
    connection.set_connect_state()
    connection.setblocking(True)
    lines = "".join(f"{name}: {value}\r\n" for name, value in {**headers, "Host": host}.items())
    connection.sendall(f"GET /{path} HTTP/1.1\r\n{lines}\r\n".encode())
    text = connection.recv(65536)
    while not text.endswith(b"}"):
        text += connection.recv(65536)
    return json.loads(text.partition(b"\r\n\r\n")[2])


ASKING: dict[str, Callable[[str, Any], Any]] = {
    "requests": lambda url, headers: requests.get(url, headers=headers, timeout=9).json(),
    "requests, unverified": lambda url, headers: requests.get(url, headers=headers, timeout=9, verify=False).json(),
    "requests, an early session": lambda url, headers: SESSION.get(url, headers=headers, timeout=9).json(),
    "requests, without the environment": without_environment,
    "httpx": lambda url, headers: httpx.get(url, headers=headers).json(),
    "httpx, an early client": lambda url, headers: CLIENT.get(url, headers=headers).json(),
    "httpx, pinned": lambda url, headers: httpx.get(url, headers=headers, verify=PINNED, trust_env=False).json(),
    "httpx, async": lambda url, headers: asyncio.run(over_async_httpx(url, headers)),
    "httpx, async, without the environment": lambda *args: asyncio.run(over_async_httpx(*args, trust_env=False)),
    "aiohttp": lambda url, headers: asyncio.run(over_aiohttp(url, headers)),
    "aiohttp, Python's resolver": lambda *args: asyncio.run(over_aiohttp(*args, aiohttp.ThreadedResolver)),
    "aiohttp, on uvloop": lambda *args: on_uvloop(over_aiohttp(*args)),
    "httpx, on uvloop": lambda *args: on_uvloop(over_async_httpx(*args, trust_env=False)),
    "pycurl": over_pycurl,
    "pycurl, without a proxy": lambda *args: over_pycurl(*args, PROXY=""),
    "pycurl, many at once": over_many_of_pycurl,
    "pyOpenSSL": over_pyopenssl,
    "urllib": over_urllib,
    "urllib, without a proxy": lambda *args: over_urllib(*args, urllib.request.ProxyHandler({})),
    "urllib3, an early pool": lambda url, headers: POOL.request("GET", url, headers=headers).json(),
    "a socket": over_a_socket,
    "a socket, pinned": lambda *args: over_a_socket(*args, PINNED),
}


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
@pytest.mark.parametrize("ask", ASKING.values(), ids=ASKING)
def test_every_library_reaches_the_mock(flow_service_hosts: FlowService, ask: Callable[[str, Any], Any]) -> None:
    assert ask(f"{URL}/connections", flow_service_hosts.headers)["items"] == []
    (row,) = flow_service_hosts.requests
    assert (row["request"]["url"], row["violations"]) == (f"{URL}/connections", [])
    assert row["sender"] is not None
    assert row["sender"].startswith("tests/plugin/test_real_hosts.py:")


def test_a_name_that_was_looked_up_first_leads_there_too(flow_service_hosts: FlowService) -> None:
    for address in (socket.gethostbyname("accounts.zoho.eu"), getaddrinfo("accounts.zoho.eu", None)[0][4][0]):
        with socket.socket() as connection:
            assert connection.connect_ex((address, 443)) == 0
            assert connection.getpeername()[0] == "127.0.0.1"
    with pytest.raises(socket.gaierror):
        getaddrinfo("accounts.zoho.eu", 443, socket.AF_INET6)
    assert flow_service_hosts.requests == []


def test_ims_zoho_and_what_is_not_imitated_are_there(flow_service_hosts: FlowService) -> None:
    form = {"grant_type": "client_credentials", "client_id": "a", "client_secret": "b", "scope": "openid"}
    token = SESSION.post(f"{flow_service_hosts.ims_url}/token/v3", data=form, timeout=9)
    assert token.json()["token_type"] == "bearer"
    assert "error" in SESSION.post(ZOHO, data={"grant_type": "none"}, timeout=9).json()
    assert SESSION.get("https://experience.adobe.com/unified", timeout=9).status_code == 404
    query = SESSION.get("https://platform.adobe.io/data/foundation/query/queries", timeout=9)
    assert (query.status_code, flow_service_hosts.requests[-1]["violations"][0]["rule"]) == (404, "FS-URL-03")


def test_a_stub_brings_its_host_along(flow_service_hosts: FlowService) -> None:
    flow_service_hosts.stubs.add(host="api.example.com", path="/v1/rates", json={"USD": 1.1})
    for ask in (ASKING["requests"], ASKING["aiohttp"], ASKING["urllib, without a proxy"]):
        assert ask("https://api.example.com/v1/rates", {}) == {"USD": 1.1}


def test_faults_reach_every_library(flow_service_hosts: FlowService) -> None:
    flow_service_hosts.faults.add(kind="drop", times=3)  # aiohttp asks a second time
    with pytest.raises(requests.ConnectionError):
        requests.get(URL, timeout=9)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        asyncio.run(over_aiohttp(URL, {}))


def test_any_other_host_is_what_it_was(flow_service_hosts: FlowService) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        for host in ("localhost", "127.0.0.1"):
            create_connection((host, port), 9).close()
    with pytest.raises(socket.gaierror):
        create_connection(("no-such-host.invalid", 443), 9)
    assert flow_service_hosts.requests == []


def test_the_proxy_hands_on_what_is_for_others(flow_service_hosts: FlowService) -> None:
    """A child asks it for every host, as the variables say."""
    proxy = child(sys.executable, "-c", "import os; print(os.environ['HTTPS_PROXY'])").strip().removeprefix("http://")
    with socket.create_server(("127.0.0.1", 0)) as server:
        host, port = proxy.split(":")
        with create_connection((host, int(port)), 9) as connection:
            connection.sendall(b"CONNECT localhost:%d HTTP/1.1\r\n\r\n" % server.getsockname()[1])
            accepted, _ = server.accept()
            with accepted:
                assert b" 200 " in connection.recv(100)
                connection.sendall(b"hello")
                assert accepted.recv(100) == b"hello"
    assert flow_service_hosts.requests == []


def test_threads_and_tasks_share_it(flow_service_hosts: FlowService) -> None:
    found: list[Any] = []
    ask = ASKING["requests"]
    threads = [
        threading.Thread(target=lambda: found.append(ask(f"{URL}/connections", flow_service_hosts.headers)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    async def together() -> list[Any]:
        asked = (over_aiohttp(f"{URL}/connections", flow_service_hosts.headers) for _ in range(4))
        return await asyncio.gather(*asked)

    assert [each["items"] for each in found + asyncio.run(together())] == [[]] * 8


@settings(max_examples=examples(3), deadline=None)
@given(name=st.text("abc", min_size=1))
def test_each_example_starts_afresh(flow_service_hosts: FlowService, name: str) -> None:
    flow_service_hosts.stubs.add(host="api.example.com", path=f"/{name}", json=name)
    assert SESSION.get(f"https://api.example.com/{name}", timeout=9).json() == name
    assert len(flow_service_hosts.requests) == len(flow_service_hosts.stubs.rows()) == 1


def test_a_mock_of_responses_keeps_working(flow_service_hosts: FlowService) -> None:
    with responses.RequestsMock() as mine:
        mine.get("https://mine.example.com/", json="mine")
        mine.add_passthru("https://platform.adobe.io")
        assert requests.get("https://mine.example.com/", timeout=9).json() == "mine"
        assert ASKING["requests"](f"{URL}/connections", flow_service_hosts.headers)["items"] == []


def test_a_mock_of_respx_keeps_working(flow_service_hosts: FlowService) -> None:
    with respx.mock:
        respx.get("https://mine.example.com/").respond(json="mine")
        respx.route(host="platform.adobe.io").pass_through()
        assert httpx.get("https://mine.example.com/").json() == "mine"
        assert ASKING["httpx"](f"{URL}/connections", flow_service_hosts.headers)["items"] == []


def test_beside_the_other_fixtures_it_is_the_same_mock(
    flow_service: FlowService, flow_service_hosts: FlowService, flow_service_patched: FlowService
) -> None:
    requests.get(f"{flow_service.url}/connections", headers=flow_service.headers, timeout=9)
    requests.get(f"{URL}/connections", headers=flow_service.headers, timeout=9)
    httpx.get(f"{URL}/connections", headers=flow_service.headers)
    assert len(flow_service.requests) == len(flow_service_hosts.requests) == len(flow_service_patched.requests) == 3


# Children

HEADERS = "json.loads(sys.argv[2])"
AIOHTTP = f"""
import asyncio, aiohttp, json, sys
async def ask():
    async with aiohttp.ClientSession() as session, session.get(sys.argv[1], headers={HEADERS}) as answer:
        print(await answer.text())
asyncio.run(ask())
"""
URLLIB = f"""
import json, sys, urllib.request as library
opener = library.build_opener(library.ProxyHandler({{}}))
print(opener.open(library.Request(sys.argv[1], headers={HEADERS})).read().decode())
"""
FETCH = "fetch(process.argv[1], {headers: JSON.parse(process.argv[2])}).then(a => a.text()).then(t => console.log(t))"


def child(*command: str) -> str:
    ran = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.parametrize("code", [AIOHTTP, pytest.param(URLLIB, marks=deep)], ids=["aiohttp", "urllib"])
def test_a_child_in_python_reaches_it(flow_service_hosts: FlowService, code: str) -> None:
    text = child(sys.executable, "-c", code, f"{URL}/connections", json.dumps(flow_service_hosts.headers))
    assert json.loads(text)["items"] == []


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
def test_curl_reaches_it(flow_service_hosts: FlowService) -> None:
    headers = [part for name, value in flow_service_hosts.headers.items() for part in ("-H", f"{name}: {value}")]
    assert json.loads(child("curl", "-sS", *headers, f"{URL}/connections"))["items"] == []


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
@pytest.mark.skipif(sys.platform == "win32", reason="the command is a shell's")
def test_a_child_reaches_it_however_it_is_started(flow_service_hosts: FlowService, tmp_path: Path) -> None:
    command, file = f"curl -sS {URL}/connections", tmp_path / "answer"
    assert os.system(f"{command} > {file}") == 0
    texts = [file.read_text("utf-8")]
    for env in ({**os.environ, "OWN": "1"}, {b"PATH": os.environ["PATH"]}):
        texts.append(subprocess.run(command, shell=True, env=env, capture_output=True, timeout=60, check=True).stdout)  # type: ignore[arg-type, call-overload]

    async def started() -> bytes:
        process = await asyncio.create_subprocess_shell(command, stdout=subprocess.PIPE)
        return (await process.communicate())[0]

    texts.append(asyncio.run(started()))
    assert [json.loads(each)["error_code"] for each in texts] == ["403000"] * 4
    assert "HTTPS_PROXY" not in os.environ
    assert len(flow_service_hosts.requests) == 4


def test_a_proxy_of_the_users_is_not_asked_for_them(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "localhost")
    hosts = request.getfixturevalue("flow_service_hosts")
    for name in ("requests", "httpx", "urllib"):
        assert ASKING[name](f"{URL}/connections", hosts.headers)["items"] == []
    with pytest.raises(requests.exceptions.ProxyError):
        requests.get("https://other.example.com/", timeout=9)


def test_nor_for_a_mock_on_this_machine(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    service = request.getfixturevalue("flow_service")
    for name in ("requests", "httpx", "urllib"):
        assert ASKING[name](f"{service.url}/connections", service.headers)["items"] == []


@deep
@pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node")
def test_node_reaches_it(flow_service_hosts: FlowService) -> None:
    flow_service_hosts.stubs.add(host="api.example.com", path="/v1", json=1)
    text = child("node", "-e", FETCH, f"{URL}/connections", json.dumps(flow_service_hosts.headers))
    assert json.loads(text)["items"] == []
    assert child("node", "-e", FETCH, "https://api.example.com/v1", "{}") == "1\n"


# What is left


def run(pytester: pytest.Pytester, code: str, *options: str) -> pytest.RunResult:
    pytester.makepyfile(test_it=textwrap.dedent(code))
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", *options)


LEFT = """
    import os, socket, ssl, subprocess, _socket
    import pytest, requests

    def state():
        owners = (_socket, socket, socket.socket, ssl.SSLContext, subprocess.Popen)
        return dict(os.environ) | {f"{owner} {name}": vars(owner).get(name) for owner in owners for name in NAMES}

    NAMES = ("getaddrinfo", "gethostbyname", "connect", "connect_ex", "wrap_socket", "wrap_bio", "__init__")
    URL = "https://platform.adobe.io/data/foundation/flowservice/connections"

    @pytest.fixture(autouse=True)
    def nothing_is_left(flow_service):  # and its barrier, which lasts
        before = state()
        yield
        after = state()
        os.environ.pop("OWN", None)
        changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
        assert changed <= {"OWN", "PYTEST_CURRENT_TEST"}

    def test_it(request):
        hosts = request.getfixturevalue("flow_service_hosts")
        assert requests.get(URL, headers=hosts.headers, timeout=9).json()["items"] == []
        os.environ["OWN"] = "1"

    def test_failing(request):
        request.getfixturevalue("flow_service_hosts")
        requests.get(URL, timeout=9)
        assert False
"""


@pytest.mark.deep
def test_afterwards_all_is_as_it_was_also_after_a_failure(pytester: pytest.Pytester) -> None:
    result = run(pytester, LEFT, "-q", "-p", "no:randomly", "-p", "no:xdist")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["GET https://platform.adobe.io/data/foundation/flowservice/connections*test_it.py:*"])


@nightly
def test_workers_of_xdist_have_each_their_own(pytester: pytest.Pytester) -> None:
    code = """
        import pytest, requests

        @pytest.mark.parametrize("number", range(8))
        def test_it(flow_service_hosts, number):
            requests.get("https://platform.adobe.io/", timeout=9)
            assert len(flow_service_hosts.requests) == 1
    """
    run(pytester, code, "-n", "2").assert_outcomes(passed=8)


@deep
def test_without_the_extra_one_line_says_what_to_install(pytester: pytest.Pytester) -> None:
    code = """
        import sys
        sys.modules["trustme"] = None

        def test_it(flow_service_hosts): pass
        def test_again(flow_service_hosts): pass
        def test_other(flow_service): pass
    """
    result = run(pytester, code, "-q", "-p", "no:randomly", "-p", "no:xdist")
    result.assert_outcomes(passed=1, errors=2)
    result.stdout.fnmatch_lines(["flow_service_hosts: *pip install 'flowservice-kit[[]run[]]'*"])


@deep
def test_a_test_without_the_fixture_is_not_redirected(pytester: pytest.Pytester) -> None:
    code = """
        import socket, pytest

        def test_it(flow_service_hosts):
            socket.create_connection(("platform.adobe.io", 443), 9).close()

        def test_later(flow_service):
            with pytest.raises(OSError):
                socket.create_connection(("platform.adobe.io", 443), 9)
    """
    result = run(pytester, code, "-q", "-p", "no:randomly", "-p", "no:xdist")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["FC-NET-01 *platform.adobe.io:443*give it flow_service.url"])


@pytest.mark.usefixtures("flow_service_hosts")
def test_where_the_files_lie_is_only_the_owners() -> None:
    folder = Path(child(sys.executable, "-c", "import os; print(os.environ['MOCKSERVER_RUN_CA'])").strip()).parent
    assert folder.stat().st_mode & 0o077 == 0
    assert b"PRIVATE KEY" not in b"".join(file.read_bytes() for file in folder.rglob("*.*"))
