"""Secrets that are sent through every way in, each with a name of its own, and a search of all that is left behind."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

import pytest

from contracts import BASE_PATH
from tests.kit.connection import HEADERS, zoho
from tests.kit.depth import few
from tests.kit.serving import typed
from tests.kit.wire import Client

CONNECTIONS = f"{BASE_PATH}/connections"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MARK = "Zq7+S3cr/et"  # what every secret begins with: it looks different in every encoding
PARAMS = ("clientSecret", "accessToken", "refreshToken")
MISSPELT = ("clientsecret", "client_secret", "ClientSecret", "clientSecert", "acessToken", "refresh-token", "pasword")
GRANTS: Mapping[str, Mapping[str, str]] = {
    "client_credentials": {"client_id": "x", "client_secret": "?", "scope": "openid"},
    "authorization_code": {"client_id": "x", "client_secret": "?", "code": "?"},
    "refresh_token": {"client_id": "1000.X", "client_secret": "?", "refresh_token": "?"},
    "password": {"username": "x", "password": "?"},
}
Sent = tuple[str, str, Mapping[str, str], bytes]


class Secrets:
    """Makes up a new one with each call."""

    def __init__(self) -> None:
        self.all: list[str] = []

    def __call__(self) -> str:
        self.all.append(f"{MARK}-{len(self.all):03}-x")
        return self.all[-1]


def jwt(secret: str) -> str:
    """A token whose claims are no secret, but whose signature is."""
    parts = ({"alg": "RS256"}, {"exp": 4_000_000_000, "aud": "https://ims-na1.adobelogin.com/c/x", "sub": "y@z"})
    head = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    return ".".join([*head, base64.urlsafe_b64encode(secret.encode()).decode().rstrip("=")])


def requests(secret: Secrets) -> Iterator[Sent]:
    yield from _headers(secret)
    yield from _bodies(secret)
    yield from _urls(secret)
    yield from _forms(secret)


def _headers(secret: Secrets) -> Iterator[Sent]:
    for name in ("Authorization", "Proxy-Authorization", "X-Auth", "Authorisation", "Cookie", "X-Token"):
        for value in (f"Bearer {secret()}", secret(), f"Basic {base64.b64encode(secret().encode()).decode()}"):
            yield "GET", CONNECTIONS, {**HEADERS, name: value}, b""
    for value in (f"Bearer {secret()}", f"TEST@AdobeOrg, bearer {secret()}"):
        yield "GET", CONNECTIONS, {**HEADERS, "x-gw-ims-org-id": value}, b""
    yield "GET", CONNECTIONS, {**HEADERS, "Cookie": f"session={secret()}; other={secret()}"}, b""
    yield "GET", CONNECTIONS, {**HEADERS, "Host": f"user:{secret()}@localhost"}, b""
    yield "GET", CONNECTIONS, {**HEADERS, "If-Match": f"Bearer {secret()}"}, b""
    yield "POST", CONNECTIONS, {**HEADERS, "Content-Type": f"application/json; token={secret()}"}, b"{}"
    yield "GET", "/www.zohoapis.eu/crm/v8/Leads?fields=id", {"Authorization": f"Zoho-oauthtoken {secret()}"}, b""
    yield "GET", CONNECTIONS, {**HEADERS, "Authorization": f"Bearer {jwt(secret())}"}, b""


def _bodies(secret: Secrets) -> Iterator[Sent]:
    documents: list[Any] = [zoho(**{name: secret()}) for name in PARAMS]
    documents += [zoho(**{name: secret(), "clientSecret": None}) for name in MISSPELT]
    documents += [{**zoho(), name: secret()} for name in (*PARAMS, *MISSPELT)]
    documents += [{**zoho(), "extra": {"deep": [{name: secret()}]}} for name in PARAMS]
    documents += [json.dumps(zoho(clientSecret=secret())), [json.dumps(zoho(clientSecret=secret()))]]
    documents += [{**zoho(), "auth": json.dumps(zoho(clientSecret=secret())["auth"])}]
    documents += [zoho(accountsUrl=f"https://user:{secret().replace('/', '')}@accounts.zoho.eu")]
    texts = [json.dumps(document).encode() for document in documents]
    texts += [f'{{"clientSecret": "{secret()}"'.encode(), f'{{"a":1,"a":"{secret()}"}}'.encode()]
    texts += [urlencode({"clientSecret": secret()}).encode(), secret().encode(), b"\xff" + secret().encode()]
    for text in texts:
        for method, path in (("POST", ""), ("PATCH", "/some-id"), ("POST", "/search")):
            yield method, CONNECTIONS + path, {**HEADERS, "If-Match": "*"}, text
    for path in ("/auth/params/clientSecret", "/auth/params/x", "/auth", "/clientSecret", "/params/password", "/x"):
        for value in (secret(), {"clientSecret": secret()}, [secret()]):
            patch = json.dumps([{"op": "replace", "path": path, "value": value}]).encode()
            yield "PATCH", f"{CONNECTIONS}/some-id", {**HEADERS, "If-Match": "*"}, patch
            yield "PATCH", f"{BASE_PATH}/flows/some-id", {**HEADERS, "If-Match": "*"}, patch
    for path in ("flows", "sourceConnections", "targetConnections", "runs", "connectionSpecs", "flowSpecs"):
        body = {"name": "x", "params": {"password": secret()}, "clientSecret": secret(), "auth": {"x": secret()}}
        yield "POST", f"{BASE_PATH}/{path}", HEADERS, json.dumps(body).encode()
    filters = [f"auth.params.clientSecret=={secret()}", f"property=auth.params.accessToken=={secret()}"]
    for text in filters:
        yield "POST", f"{CONNECTIONS}/search", HEADERS, json.dumps({"queryString": text}).encode()


def _urls(secret: Secrets) -> Iterator[Sent]:
    for name in (
        "access_token",
        "client_secret",
        "refreshToken",
        "code",
        "token",
        "password",
        "x-auth-token",
        "jwt_token",
    ):
        for encoded in (quote, quote_plus, _lower_case):
            for path in (
                CONNECTIONS,
                "/ims/token/v3",
                "/accounts.zoho.eu/oauth/v2/auth",
                "/www.zohoapis.eu/crm/v8/Leads",
            ):
                yield "GET", f"{path}?{name}={encoded(secret(), safe='')}", HEADERS, b""
    yield "POST", f"/accounts.zoho.eu/oauth/v2/token/revoke?token={quote(secret(), safe='')}", FORM, b""
    yield "GET", f"{CONNECTIONS}?property=auth.params.clientSecret=={quote(secret(), safe='')}", HEADERS, b""
    yield "GET", f"{CONNECTIONS};token={quote(secret(), safe='')}/x", HEADERS, b""
    yield "GET", f"http://user:{quote(secret(), safe='')}@localhost{CONNECTIONS}", HEADERS, b""


def _lower_case(text: str, safe: str = "") -> str:
    """Percent-encoding as some clients write it."""
    return re.sub(r"%[0-9A-F]{2}", lambda match: match[0].lower(), quote(text, safe=safe))


def _forms(secret: Secrets) -> Iterator[Sent]:
    for grant, fields in GRANTS.items():
        for target in ("/ims/token/v3", "/ims/token/v2", "/ims/exchange/jwt", "/accounts.zoho.eu/oauth/v2/token"):
            filled = {name: secret() if value == "?" else value for name, value in fields.items()}
            body = urlencode({"grant_type": grant, **filled}).encode()
            yield "POST", target, FORM, body
            yield "POST", target, {"Content-Type": "application/json"}, json.dumps({"client_secret": secret()}).encode()
    yield "POST", "/ims/exchange/jwt", FORM, urlencode({"client_id": "x", "jwt_token": jwt(secret())}).encode()
    yield "POST", "/ims/token/v3", FORM, f"client_secret={_lower_case(secret())}&x".encode()
    yield "POST", "/ims/token/v3", FORM, f"{quote(secret(), safe='')}".encode()
    part = f'--x\r\nContent-Disposition: form-data; name="client_secret"\r\n\r\n{secret()}\r\n--x'.encode()
    for boundary, end in (("x", b"--\r\n"), ("x", b""), ("y", b"--\r\n")):
        yield "POST", "/ims/token/v3", {"Content-Type": f"multipart/form-data; boundary={boundary}"}, part + end


def disguises(secret: str) -> set[str]:
    """A secret as it may be read all the same."""
    plain = {
        secret,
        json.dumps(secret)[1:-1],
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
        _lower_case(secret),
    }
    coded = {base64.b64encode(secret.encode()).decode(), base64.urlsafe_b64encode(secret.encode()).decode()}
    return plain | {each.rstrip("=") for each in coded}


def readable(secrets: Secrets, artefacts: Mapping[str, str]) -> list[str]:
    """Which secret can be read where, and what stands around it."""
    found = []
    for secret in secrets.all:
        for name, text in artefacts.items():
            places = [text.find(form) for form in disguises(secret) if form in text]
            found += [f"{name}: {text[max(0, place - 150) : place + 80]}" for place in places[:1]]
    return found


CRASHING = """
import sys
import mockserver.mock

action_of = mockserver.mock.action_of


def crash(world, call):
    secret = call.document["auth"]["params"]["clientSecret"]
    try:
        {secret: 1}[secret + "?"]
    except KeyError:
        raise RuntimeError(f"{secret} and {call.request}")


mockserver.mock.action_of = lambda row: crash if row.id == "createConnection" else action_of(row)
sys.argv = ["mockserver", "serve", *sys.argv[1:]]
from mockserver.__main__ import main
main()
"""


@contextmanager
def running(command: list[str]) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline().rpartition(":")[2]), process
        finally:
            process.kill()


def raw(sent: Sent) -> bytes:
    method, target, headers, body = sent
    fields = {"Host": "localhost", "Content-Length": str(len(body)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode() + body


@pytest.mark.parametrize("options", few([["-v", "--lenient"], [], ["-q", "--strict", "--require-issued-tokens"]], 1, 2))
def test_nothing_that_a_server_leaves_behind_tells_a_secret(options: list[str]) -> None:
    secret = Secrets()
    sent = list(requests(secret))
    artefacts: dict[str, str] = {}
    command = [sys.executable, "-m", "mockserver", "serve", "--port", "0", *options]
    with running(command) as (port, process):
        client = Client(port)
        for each in sent:
            client.send(raw(each)).answer(each[0])
        for control in ("requests", "contract", "faults", "stubs", "clock"):
            _, answer = client.send(raw(("GET", f"/__admin/{control}", {}, b""))).answer()
            artefacts[control] = json.dumps(answer, ensure_ascii=False)
        client.socket.close()
        process.terminate()
        artefacts["stdout"], artefacts["stderr"] = process.communicate(timeout=20)
    assert len(json.loads(artefacts["requests"])["requests"]) == len(sent)
    assert len(secret.all) > 150
    assert "\n".join(readable(secret, artefacts)) == ""


@pytest.mark.parametrize("option", few(["-v", "-q", "--lenient"]))
def test_a_crash_tells_where_and_no_value(tmp_path: Path, option: str) -> None:
    secret = Secrets()
    script = tmp_path / "crashing.py"
    script.write_text(CRASHING, "utf-8")
    with running([sys.executable, str(script), "--port", "0", option]) as (port, process):
        client = Client(port)
        document = json.dumps(zoho(clientSecret=secret())).encode()
        status, answer = client.send(raw(("POST", CONNECTIONS, HEADERS, document))).answer()
        assert (status, answer["status"]) == (500, 500)
        assert client.send(raw(("GET", CONNECTIONS, HEADERS, b""))).answer()[0] == 200
        client.socket.close()
        process.terminate()
        out, err = process.communicate(timeout=20)
    assert readable(secret, {"stdout": out, "stderr": err, "answer": json.dumps(answer)}) == []
    assert "please report this" in err
    assert "builtins.RuntimeError" in err
    assert "builtins.KeyError" in err
    assert "crashing.py:" in err
    if option == "-q":  # and nothing but that
        assert [line for line in err.splitlines() if line.startswith(("DEBUG", "INFO", "WARNING"))] == []


@pytest.mark.parametrize("option", few(["-v", "-q", "--strict"]))
def test_lint_tells_no_secret(option: str, tmp_path: Path) -> None:
    secret = Secrets()
    artefacts = {}
    file = tmp_path / "body.json"
    bodies = [body for _, target, _, body in _bodies(secret) if target == CONNECTIONS]
    for number, body in enumerate(bodies[::9]):
        file.write_bytes(body)
        ran = typed("lint", option, str(file))
        assert ran.returncode in (0, 1)
        artefacts[str(number)] = ran.stdout + ran.stderr
    assert "\n".join(readable(secret, artefacts)) == ""


SESSION = """
import json
import requests
from contracts import ClientContract
from contracts.tables import RULES

SENT = json.load(open("sent.json"))


def test_of_the_users(flow_service):
    for method, target, headers, body in SENT:
        if not target.startswith("http:"):
            url = flow_service.origin + target
            requests.request(method, url, headers=headers, data=body.encode("latin-1"), timeout=20)
    assert False


def test_of_the_users_in_process(flow_service_patched):
    for method, target, headers, body in SENT:
        if target.startswith("/data/"):
            url = "https://platform.adobe.io" + target
            requests.request(method, url, headers=headers, data=body.encode("latin-1"), timeout=20)
    assert False
"""


@pytest.mark.deep
def test_a_session_of_pytest_leaves_no_secret_behind(pytester: pytest.Pytester) -> None:
    secret = Secrets()
    sent = [each for each in requests(secret) if "Host" not in each[2]]
    rows = [[method, target, dict(headers), body.decode("latin-1")] for method, target, headers, body in sent]
    (pytester.path / "sent.json").write_text(json.dumps(rows), "utf-8")
    pytester.makepyfile(test_them=SESSION)
    files = {"junit": "junit.xml", "json": "report.json"}
    options = [
        "-n0",
        "-vv",
        f"--junit-xml={files['junit']}",
        f"--contract-report={files['json']}",
        "-o",
        "junit_logging=all",
    ]
    result = pytester.runpytest_subprocess(*options)
    result.assert_outcomes(failed=2)
    artefacts = {name: (pytester.path / file).read_text("utf-8") for name, file in files.items()}
    artefacts |= {"stdout": result.stdout.str(), "stderr": result.stderr.str()}
    assert "Exchanges with the Flow Service mock" in artefacts["stdout"]
    assert "\n".join(readable(secret, artefacts)) == ""
