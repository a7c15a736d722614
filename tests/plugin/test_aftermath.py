"""What a test is judged by at its end: real hosts that it tried to reach, faults that nobody met; and what is shown."""

from __future__ import annotations

import re
import socket
import textwrap
from contextlib import suppress
from importlib.util import find_spec

import pytest

from tests.kit.depth import deep, few
from tests.kit.running import missing


def run(pytester: pytest.Pytester, code: str, *options: str, apart: bool = False) -> pytest.RunResult:
    """``apart`` where libraries are imported that this process must not import twice."""
    pytester.makepyfile(test_it=textwrap.dedent(code))
    given = ("-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist", *options)
    return pytester.runpytest_subprocess(*given) if apart else pytester.runpytest_inprocess(*given)


ASKING = {
    "requests": "requests.get('https://ims-na1.adobelogin.com/ims/token/v3', timeout=9)",
    "urllib": "urllib.request.urlopen('https://ims-na1.adobelogin.com/', timeout=9)",
    "httpx": "httpx.get('https://ims-na1.adobelogin.com/', timeout=9)",
    "httpx, async": "asyncio.run(asked())",
    "a socket": "socket.socket().connect(('ims-na1.adobelogin.com', 443))",
    "a name that was imported": "getaddrinfo('ims-na1.adobelogin.com', 443)",
    "the C module": "_socket.getaddrinfo('ims-na1.adobelogin.com', 443)",
    "a thread": "in_a_thread(lambda: socket.create_connection(('ims-na1.adobelogin.com', 443), 9))",
    "uvloop": "by_uvloop(opened('ims-na1.adobelogin.com'))",
    "uvloop's resolver": "by_uvloop(looked_up('ims-na1.adobelogin.com'))",
    "aiodns": "asyncio.run(resolved('ims-na1.adobelogin.com'))",
    "pycurl": "curled('https://ims-na1.adobelogin.com/').perform()",
    "pycurl, with a proxy of its own": "curled('https://ims-na1.adobelogin.com/', proxy='').perform()",
    "pycurl, many at once": "__import__('pycurl').CurlMulti().add_handle(curled('https://ims-na1.adobelogin.com/'))",
    "pycurl, in the clear": "curled('http://ims-na1.adobelogin.com:443/').perform()",
    "curl_cffi": "by_curl_cffi('https://ims-na1.adobelogin.com/')",
    "pyOpenSSL": "by_openssl('ims-na1.adobelogin.com')",
    "a proxy over TLS": "through_tls(b'CONNECT ims-na1.adobelogin.com:443 HTTP/1.1\\r\\n\\r\\n')",
    "a process": "subprocess.run([sys.executable, '-c', CHILD], check=True)",
    "a process, in the clear": "subprocess.run([sys.executable, '-c', CLEAR], check=True)",
    "a process of os.posix_spawn": "os.waitpid(os.posix_spawn(sys.executable, COMMAND, os.environ), 0)",
    "a process of os.posix_spawnp": "os.waitpid(os.posix_spawnp(sys.executable, COMMAND, {'LANG': 'C'}), 0)",
    "a process of os.spawnve": "os.spawnve(os.P_WAIT, sys.executable, COMMAND, {'LANG': 'C'})",
    "a process of os.spawnlpe": "os.spawnlpe(os.P_WAIT, sys.executable, *COMMAND, dict(os.environ))",
    "a process without fork": "subprocess.run(COMMAND, env={'LANG': 'C'}, close_fds=False, check=True)",
    "uvloop's process": "by_uvloop(started(env={'LANG': 'C'}))",
    "a process with an environment": "subprocess.run([sys.executable, '-c', CHILD], env={'LANG': 'C'}, check=True)",
}
NEEDS = {"uvloop", "aiodns", "pycurl", "curl_cffi"}


ASKING_HEAD = """
    import asyncio, contextlib, os, socket, subprocess, sys, threading, urllib.request, _socket
    from socket import getaddrinfo
    import httpx, requests

    CHILD = "import urllib.request; urllib.request.urlopen('https://ims-na1.adobelogin.com/', timeout=9)"
    CLEAR = "import urllib.request; urllib.request.urlopen('http://ims-na1.adobelogin.com:443/', timeout=9)"

    COMMAND = [sys.executable, "-c", CHILD]

    async def started(**given):
        await (await asyncio.create_subprocess_exec(*COMMAND, **given)).wait()

    async def asked():
        async with httpx.AsyncClient(timeout=9) as client:
            await client.get("https://ims-na1.adobelogin.com/")

    async def opened(host):
        await asyncio.open_connection(host, 443)

    async def looked_up(host):
        await asyncio.get_running_loop().getaddrinfo(host, 443)

    def by_uvloop(what):
        import uvloop
        uvloop.run(what)

    async def resolved(host):
        import aiodns
        await aiodns.DNSResolver().getaddrinfo(host, port=443)

    def by_curl_cffi(url):
        import curl_cffi
        curl_cffi.get(url, timeout=9)

    def curled(url, proxy=None):
        import pycurl
        curl = pycurl.Curl()
        curl.setopt(pycurl.URL, url)
        if proxy is not None:
            curl.setopt(pycurl.PROXY, proxy)
        return curl

    def by_openssl(host):
        from OpenSSL import SSL
        SSL.Connection(SSL.Context(SSL.TLS_CLIENT_METHOD), socket.create_connection((host, 443)))

    def through_tls(head):
        import ssl
        ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO()).write(head)

    def in_a_thread(what):
        def quietly():
            with contextlib.suppress(OSError):
                what()
        thread = threading.Thread(target=quietly)
        thread.start()
        thread.join()
"""


def needed(name: str) -> str:
    return next((module for module in NEEDS if name.startswith(module)), "requests")


@deep
def test_whoever_tries_to_reach_a_real_host_fails(pytester: pytest.Pytester) -> None:
    asking = [code for name, code in ASKING.items() if find_spec(needed(name))]
    tests = "\n".join(
        f"def test_{number}(flow_service):\n    with contextlib.suppress(Exception):\n        {code}\n"
        for number, code in enumerate(asking)
    )
    result = run(pytester, textwrap.dedent(ASKING_HEAD) + tests, "-q", apart=True)
    result.assert_outcomes(failed=len(asking))
    told = re.findall(
        r"^FC-NET-01 the client tried to reach ims-na1\.adobelogin\.com:443 \(test_it\.py:\d+\); "
        r"give it flow_service\.ims_url$",
        result.stdout.str(),
        re.MULTILINE,
    )
    assert len(told) == len(asking)
    result.stdout.fnmatch_lines(
        [f"FC-NET-01 *{len(asking)} x  *, *, * and * more  Take every URL from the platform: *"]
    )


CHILDREN = {
    "python, aiohttp": "python(BY_AIOHTTP)",
    "python, without a proxy, own environment": "python(IN_THE_CLEAR, env={})",
    "curl, from a shell": "os.system('curl -sS https://www.zohoapis.eu')",
    "curl, own environment": "subprocess.run(['curl', '-sS', 'https://www.zohoapis.eu'], env=dict(os.environ))",
    "node, fetch": """
        subprocess.run(["node", "-e", "fetch('https://www.zohoapis.eu').catch(e => console.log(e.cause.code))"])
    """,
    "node, https": """
        code = "require('https').get('https://www.zohoapis.eu').on('error', () => 0)"
        subprocess.run(["node", "-e", code])
    """,
    "java": """
        code = 'class A { public static void main(String[] a) throws Exception {'
        code += 'new java.net.URL("https://www.zohoapis.eu/").openStream(); } }'
        pathlib.Path("A.java").write_text(code)
        subprocess.run(["java", "A.java"])
    """,
}
CHILDREN_HEAD = """
import os, pathlib, subprocess, sys

BY_AIOHTTP = '''
import asyncio, aiohttp
async def ask():
    async with aiohttp.ClientSession() as session:
        await session.get("https://www.zohoapis.eu")
asyncio.run(ask())
'''
IN_THE_CLEAR = '''
import http.client
asked = http.client.HTTPConnection("www.zohoapis.eu")
asked.request("GET", "/")
asked.getresponse()
'''

def python(code, **given):
    subprocess.run([sys.executable, "-c", code], **given)

"""


def lacking(program: str) -> str:
    return "" if program == "python" else missing(program)


@pytest.mark.parametrize("proxy", few([None, "http://127.0.0.1:9"], 0, 1), ids=["", "with a proxy of the user's"])
def test_a_process_that_is_started_is_kept_in_too(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, proxy: str | None
) -> None:
    for name in ("HTTPS_PROXY", "http_proxy"):
        if proxy:
            monkeypatch.setenv(name, proxy)
    asking = [code for name, code in CHILDREN.items() if not lacking(name.partition(",")[0])]
    tests = "\n".join(
        f"def test_{number}(flow_service):\n{textwrap.indent(textwrap.dedent(code), '    ')}\n    assert False"
        for number, code in enumerate(asking)
    )
    result = run(pytester, CHILDREN_HEAD + tests, "-q", apart=True)
    result.assert_outcomes(failed=len(asking))
    told = re.findall(r"^none: no request .*; tried: www\.zohoapis\.eu:(?:443|80)$", result.stdout.str(), re.MULTILINE)
    assert len(told) == len(asking)


@deep
def test_a_proxy_of_the_users_leads_to_no_real_host(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither one that the environment names, nor one that a client was given before, or in its code."""
    code = """
        import asyncio, importlib.util, os, urllib.request
        import aiohttp, httpx, pytest, requests

        URL, PROXY = "https://accounts.zoho.eu/oauth/v2/token", os.environ["HTTPS_PROXY"]
        early, given = httpx.Client(), {"https": PROXY}

        async def by_aiohttp(**proxy):
            async with aiohttp.ClientSession(trust_env=True) as session:
                await session.get(URL, **proxy)

        async def by_httpx():
            async with httpx.AsyncClient(proxy=PROXY) as client:
                await client.get(URL)

        def on_uvloop(asked):
            import uvloop
            uvloop.run(asked)

        ASKING = [
            lambda: requests.get(URL, timeout=9),
            lambda: requests.get(URL, proxies=given, timeout=9),
            lambda: early.get(URL),
            lambda: httpx.get(URL),
            lambda: httpx.get(URL, proxy=PROXY),
            lambda: urllib.request.urlopen(URL, timeout=9),
            lambda: urllib.request.build_opener(urllib.request.ProxyHandler(given)).open(URL, timeout=9),
            lambda: asyncio.run(by_aiohttp()),
            lambda: asyncio.run(by_aiohttp(proxy=PROXY)),
        ]
        if importlib.util.find_spec("uvloop"):
            ASKING += [
                lambda: on_uvloop(by_aiohttp(proxy=PROXY)),
                lambda: on_uvloop(by_httpx()),
            ]

        @pytest.mark.parametrize("number", range(len(ASKING)))
        def test_it(flow_service, number):
            try:
                ASKING[number]()
            except Exception: pass

        def test_afterwards():
            assert "no_proxy" not in os.environ
    """
    has_uvloop = find_spec("uvloop") is not None
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        result = run(pytester, code, "-q", apart=True)
        result.assert_outcomes(failed=9 + 2 * has_uvloop, passed=1)
        proxy.setblocking(False)
        with suppress(BlockingIOError):
            while True:
                with proxy.accept()[0] as asked:
                    assert asked.recv(99) == b""
    told = re.findall(
        r"^FC-NET-01 .* reach accounts\.zoho\.eu:443 \(test_it\.py:\d+\)", result.stdout.str(), re.MULTILINE
    )
    assert len(told) == 9 + has_uvloop  # aiohttp's line is told once for both loops


def test_a_real_host_is_told_beside_what_failed(pytester: pytest.Pytester) -> None:
    code = """
        import requests

        def test_it(flow_service_patched):
            import urllib.request
            urllib.request.urlopen("https://platform.adobe.io/", timeout=9)
    """
    result = run(pytester, code)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "none: no request reached the mock; tried: platform.adobe.io:443",
            "*Real hosts*",
            "the client tried to reach platform.adobe.io:443 (test_it.py:*); give it flow_service.url",
        ]
    )
    result.stdout.no_fnmatch_line("*another `responses` mock*")


def test_the_barrier_is_gone_with_the_fixture(pytester: pytest.Pytester) -> None:
    code = """
        import socket, pytest

        def test_with(flow_service): pass

        def test_without(monkeypatch):
            monkeypatch.setattr(socket, "getaddrinfo", lambda *given: given)
            assert socket.getaddrinfo("platform.adobe.io", 443) == ("platform.adobe.io", 443)
            assert not socket._flow_service_barriers
    """
    run(pytester, code).assert_outcomes(passed=2)


@pytest.mark.deep
def test_a_users_own_hosts_stay_as_they_were(pytester: pytest.Pytester) -> None:
    """Python's libraries see the proxies that they saw before, and what is closed is as before."""
    code = """
        import os, subprocess, sys, urllib.request

        SHOW = [sys.executable, "-c", "import os; print(os.environ.get('https_proxy'))"]

        def shown(**given):
            return subprocess.run(SHOW, capture_output=True, text=True, check=True, **given).stdout.strip()

        def test_python_sees_no_proxy(flow_service):
            assert "https" not in urllib.request.getproxies_environment()
            assert shown().startswith("http://127.0.0.1:") and shown(env={}).startswith("http://127.0.0.1:")

        def test_one_that_came_meanwhile_is_behind_it(flow_service, monkeypatch):
            monkeypatch.setenv("https_proxy", "http://mine:2")
            assert shown().startswith("http://127.0.0.1:")
            assert os.environ["https_proxy"] == "http://mine:2"

        def test_without():
            assert shown() == "None"
    """
    run(pytester, code, apart=True).assert_outcomes(passed=3)


def test_a_fault_that_nobody_met_fails_the_test(pytester: pytest.Pytester) -> None:
    code = """
        import pytest, requests
        from hypothesis import given, strategies as st

        def ask(f): return requests.get(f.url + "/connections", headers=f.headers, timeout=9)

        def test_forgotten(flow_service):
            flow_service.faults.add(method="POST", path="/connections", status=503)
            ask(flow_service)

        def test_met(flow_service):
            flow_service.faults.add(path="/connections", status=503, times=5)
            assert ask(flow_service).status_code == 503

        def test_optional(flow_service):
            flow_service.faults.add(status=503, optional=True)

        def test_cleared(flow_service):
            flow_service.faults.add(status=503)
            flow_service.faults.clear()

        @pytest.mark.flow_service(faults=[{"status": 503}])
        def test_of_the_mark(flow_service): pass

        def test_failed_already(flow_service):
            flow_service.faults.add(status=503)
            assert 1 == 2

        @given(st.booleans())
        def test_examples(flow_service, ask_it):
            flow_service.faults.add(status=503)
            if ask_it: ask(flow_service)
    """
    result = run(pytester, code, "-rf")
    result.assert_outcomes(failed=3, passed=4)
    result.stdout.fnmatch_lines(
        [
            "never met: Fault(status=503, method='POST', path='/connections')",
            "calls that came near:",
            "  GET /data/foundation/flowservice/connections 200 (test_it.py:4)",
            "optional=True lets it be",
            "never met: Fault(status=503)",
            "  no call reached the mock",
            "*assert 1 == 2",
        ]
    )


def test_a_stub_that_was_never_met_fails_the_test(pytester: pytest.Pytester) -> None:
    code = """
        import pytest, requests

        def test_missed(flow_service):
            flow_service.stubs.add(method="POST", path="/v1/things", host="api.example.com", json={})
            requests.get(flow_service.url + "/connections", headers=flow_service.headers, timeout=9)

        def test_optional(flow_service):
            flow_service.stubs.add(path="/v1/things", optional=True)

        @pytest.mark.flow_service(stubs=[{"path": "/v1/things", "status": 202}])
        def test_met(flow_service):
            assert requests.get(flow_service.origin + "/api.example.com/v1/things", timeout=9).status_code == 202
            flow_service.reset()
            assert requests.get(flow_service.origin + "/v1/things", timeout=9).status_code == 202

        @pytest.mark.flow_service(stubs=[{"path": "/v1/things", "staus": 202}])
        def test_misspelt(flow_service):
            pass
    """
    result = run(pytester, code, "-q")
    result.assert_outcomes(failed=1, passed=2, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*@pytest.mark.flow_service: a stub has no 'staus'; *nearest: status",
            "never met: Stub(method='POST', host='api.example.com', path='/v1/things', status=200)",
            "calls that came near:",
            "  GET /data/foundation/flowservice/connections 200 (test_it.py:5)",
            "optional=True lets it be",
        ]
    )


def test_under_given_each_example_meets_its_stubs_anew(pytester: pytest.Pytester) -> None:
    code = """
        import requests
        from hypothesis import given, settings, strategies as st

        @settings(max_examples=5, deadline=None)
        @given(st.integers(0, 99))
        def test_it(flow_service_patched, number):
            flow_service_patched.stubs.add(host="api.example.com", path="/v1", json=number, times=1)
            assert len(flow_service_patched.stubs.rows()) == 1
            assert requests.get("https://api.example.com/v1", timeout=9).json() == number
    """
    run(pytester, code, "-q").assert_outcomes(passed=1)


def test_one_test_that_fails_in_every_region_is_shown_once(pytester: pytest.Pytester) -> None:
    code = """
        import requests

        def test_created(flow_service, zoho_region, zoho_credentials):
            assert zoho_region.api_endpoint == "elsewhere"

        def test_other(flow_service, zoho_region):
            if zoho_region.code == "eu":
                raise ValueError("one")
            raise ValueError("another")
    """
    result = run(pytester, code, "-q")
    result.assert_outcomes(failed=10)
    text = result.stdout.str()
    assert len(re.findall(r"^_+ test_", text, re.MULTILINE)) == 3
    result.stdout.fnmatch_lines(["also in: au, eu, in, cn", "also in: au, in, cn"])
    assert len(re.findall(r"^FAILED ", text, re.MULTILINE)) == 3


def test_the_log_of_a_test_is_the_users_own(pytester: pytest.Pytester) -> None:
    code = """
        import logging, pytest, requests

        @pytest.mark.parametrize("number", range(2))
        def test_it(flow_service, zoho_credentials, number):
            body = {"name": "x", "auth": {"specName": "Basic Authentication", "params": zoho_credentials},
                    "connectionSpec": {"id": "929e4450-0237-4ed2-9404-b7e1e0a00309", "version": "1.0"}}
            requests.post(flow_service.url + "/connections", headers=flow_service.headers, json=body, timeout=9)
            logging.getLogger("acme").warning("mine")
            assert number is None
    """
    result = run(pytester, code, "--log-level=1", "--flow-service-regions=eu")
    result.assert_outcomes(failed=2)
    text = result.stdout.str()
    assert "TRACE" not in text
    assert text.count("WARNING  acme:") == 2
    assert text.count("has reached its end of life") == 1


def test_the_types_can_be_named(pytester: pytest.Pytester) -> None:
    code = """
        import contracts, mockserver.platform
        from contracts.battery import Connection, Platform
        from pytest_flowservice import FlowService, JournalRow, Region

        def test_it(flow_service: FlowService, zoho_region: Region) -> None:
            assert isinstance(flow_service, FlowService) and isinstance(zoho_region, Region)
            rows: list[JournalRow] = flow_service.requests
            assert rows == []
            assert flow_service.ims_url == flow_service.origin + "/ims"
    """
    run(pytester, code, "--flow-service-regions=eu").assert_outcomes(passed=1)


def test_what_is_no_type_is_told_as_python_does() -> None:
    import pytest_flowservice

    with pytest.raises(AttributeError, match="has no attribute 'FlowServices'"):
        _ = pytest_flowservice.FlowServices
