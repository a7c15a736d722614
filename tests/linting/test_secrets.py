"""Nothing of a recording's credentials is told, wherever in it they stand."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from contracts import BASE_PATH
from tests.kit.connection import HEADERS, zoho
from tests.kit.recorded import CONNECTIONS, collection, copied_for_cmd, entry, har, item
from tests.kit.serving import typed

SECRET = "s3cret0f4Recording"
PLATFORM = "https://platform.adobe.io"
IMS = "https://ims-na1.adobelogin.com/ims/token/v3"


def body(**changes: Any) -> str:
    return json.dumps({**zoho(clientSecret=SECRET), "name": 5, **changes})


def signed(**more: str) -> Mapping[str, str]:
    return {**HEADERS, "Authorization": f"Bearer {SECRET}", **more}


def of_har(**changes: Any) -> str:
    return json.dumps(har(entry(**{"method": "POST", "body": body(), "headers": signed(), **changes})))


ENCODED = base64.b64encode(SECRET.encode()).decode()
ANSWERED = {"items": [{"id": SECRET, "auth": {"params": {"clientSecret": SECRET}}, "token": SECRET}], SECRET: SECRET}

FORM = "application/x-www-form-urlencoded"


def told(url: str, document: Any, found: str) -> Mapping[str, Any]:
    """A row of a journal."""
    broken = {"rule": "FS-URL-01", "severity": "error", "pointer": f"path/{found}", "found": found}
    broken |= {"message": f"path: found {found}", "nearest": found}
    request = {"method": "POST", "url": url, "headers": {}, "body": document}
    return {"id": 1, "request": request, "response": {"body": None}, "violations": [broken]}


PLACES: Mapping[str, tuple[str, str]] = {
    "the token": ("x.har", of_har()),
    "another scheme": ("x.har", of_har(headers=signed(Authorization=f"Token {SECRET}"))),
    "a bare token": ("x.har", of_har(headers=signed(Authorization=SECRET))),
    "every header": ("x.har", of_har(headers=dict.fromkeys(HEADERS, SECRET))),
    "a header of its own": ("x.har", of_har(headers=signed(**{"x-secret": SECRET, "cookie": f"a={SECRET}"}))),
    "a login": ("x.har", of_har(url=CONNECTIONS.replace("//", f"//user:{SECRET}@"))),
    "a query": ("x.har", of_har(url=f"{CONNECTIONS}?access_token={SECRET}&limit={SECRET}&property=x=={SECRET}")),
    "the path": ("x.har", of_har(url=f"{CONNECTIONS}/{SECRET}/{SECRET}")),
    "the fragment": ("x.har", of_har(url=f"{CONNECTIONS}#{SECRET}")),
    "a method": ("x.har", of_har(method=SECRET)),
    "a param": ("x.har", of_har(body=body(auth={"specName": SECRET, "params": {"endpoint": SECRET, SECRET: SECRET}}))),
    "a key of its own": ("x.har", of_har(body=body(myToken=SECRET, more=[{"deep": SECRET}]))),
    "the source": ("x.har", of_har(body=body(connectionSpec={"id": SECRET, "version": SECRET}))),
    "JSON in JSON": ("x.har", of_har(body=json.dumps(body()))),
    "no JSON": ("x.har", of_har(body=f"{{{SECRET}: {SECRET}")),
    "a key that stands twice": ("x.har", of_har(body=f'{{"{SECRET}": 1, "{SECRET}": 2, "clientSecret": "{SECRET}"}}')),
    "a patch": (
        "x.har",
        of_har(
            method="PATCH",
            url=f"{CONNECTIONS}/x",
            body=json.dumps([{"op": "replace", "path": f"/auth/params/{SECRET}", "value": SECRET}, {"op": SECRET}]),
        ),
    ),
    "a form": ("x.har", json.dumps(har(entry("POST", IMS, f"client_secret={SECRET}&grant_type={SECRET}", {})))),
    "a body that is broken behind it": (
        "x.har",
        json.dumps(har(entry("POST", f"{CONNECTIONS}/x/{SECRET}?{SECRET}=1", body() + f"{{{SECRET}", HEADERS))),
    ),
    "a key that hides another": (
        "x.har",
        json.dumps(
            har(entry("POST", body=f'{{"{SECRET}": {body()}, "{SECRET}": 1, "name": "{SECRET}"}}', headers=HEADERS))
        ),
    ),
    "an answer": ("x.har", of_har(answer=ANSWERED, status=418)),
    "a comment": ("x.har", of_har(comment=SECRET, _initiator={"url": SECRET})),
    "an answer that was coded": (
        "x.har",
        of_har(response={"status": 200, "content": {"encoding": "base64", "text": ENCODED}}),
    ),
    "half a file": ("x.har", of_har()[:-30] + SECRET),
    "another request's path": (
        "x.har",
        json.dumps(har(entry("GET", f"{CONNECTIONS}/{SECRET}/y", headers=HEADERS), entry(headers=signed()))),
    ),
    "another host's token, in a path": (
        "x.har",
        json.dumps(
            har(
                entry(url="https://example.com", headers=signed()),
                entry("GET", f"{CONNECTIONS}/x/y/{'z' * 110}/{SECRET}", headers=HEADERS),
            )
        ),
    ),
    "another request's path, of Postman's": (
        "x.json",
        json.dumps(
            collection(
                item("x", "GET", f"{CONNECTIONS}/{SECRET}/y"),
                item("y", "POST", CONNECTIONS, body(name=SECRET, description=[SECRET])),
            )
        ),
    ),
    "a variable that nobody uses": (
        "x.json",
        json.dumps(
            collection(
                item("x", "GET", f"{CONNECTIONS}/{SECRET}/y"), variables=[{"key": "CLIENT_SECRET", "value": SECRET}]
            )
        ),
    ),
    "a variable of Postman's type for secrets": (
        "x.json",
        json.dumps(
            collection(
                item("x", "GET", f"{CONNECTIONS}/{SECRET}/y"),
                variables=[{"key": "x", "value": SECRET, "type": "secret"}],
            )
        ),
    ),
    "another folder's authorisation": (
        "x.json",
        json.dumps(
            collection(
                item("x", "GET", f"{CONNECTIONS}/{SECRET}/y"),
                {"item": [], "auth": {"type": "apikey", "apikey": [{"key": "value", "value": SECRET}]}},
            )
        ),
    ),
    "another request's answer": (
        "x.har",
        json.dumps(
            har(
                entry("GET", f"{CONNECTIONS}/{SECRET}/y", headers=HEADERS),
                entry("POST", IMS, "grant_type=x", {}, answer={"access_token": SECRET}),
            )
        ),
    ),
    "another host's form": (
        "x.har",
        json.dumps(
            har(
                entry("POST", "https://example.com", f"client_secret={SECRET}", {"content-type": FORM}),
                entry("GET", f"{CONNECTIONS}/{SECRET}/y", headers=HEADERS),
            )
        ),
    ),
    "a journal that isn't masked": (
        "x.json",
        json.dumps(
            [
                told(f"{CONNECTIONS}/{SECRET}/y", None, f"/connections/{SECRET}/y"),
                told(IMS, {"client_secret": SECRET}, f"my {SECRET}"),
                told(CONNECTIONS, {**zoho(clientSecret=SECRET), SECRET: 1}, SECRET),
            ]
        ),
    ),
    "another command's path": ("x.sh", f"curl {CONNECTIONS}/{SECRET}/y\ncurl {IMS} -d client_secret={SECRET}\n"),
    "another block's path": (
        "x.md",
        f"```\ncurl {CONNECTIONS}/{SECRET}/y\n```\n```\ncurl {IMS} -d client_secret={SECRET}\n```\n",
    ),
    "the next request's path": (
        "x.http",
        f"POST {CONNECTIONS}\nAuthorization: Bearer {SECRET}\n\n{{}}\n###\nGET {CONNECTIONS}/{SECRET}/y\n",
    ),
    "another fetch's path": (
        "x.js",
        f'fetch("{CONNECTIONS}/{SECRET}/y", {{"headers": {{}}}});\n'
        f"fetch({json.dumps(CONNECTIONS)}, {json.dumps({'headers': signed(), 'body': body(), 'method': 'POST'})});\n",
    ),
    "another host": ("x.har", of_har(url=f"https://{SECRET}.example.com/{SECRET}")),
    "postman's authorisation": (
        "x.json",
        json.dumps(
            collection(
                item("x", "POST", CONNECTIONS, body()),
                auth={"type": "bearer", "bearer": [{"key": "token", "value": SECRET}]},
                variables=[{"key": "limit", "value": SECRET}],
            )
        ),
    ),
    "postman's variables": (
        "x.json",
        json.dumps(
            collection(
                item("x", "GET", "{{base}}/connections?limit={{limit}}&{{limit}}=1"),
                variables=[
                    {"key": "base", "value": f"{PLATFORM}{BASE_PATH}"},
                    {"key": "limit", "value": SECRET},
                    {"key": "ACCESS_TOKEN", "value": SECRET},
                ],
            )
        ),
    ),
    "curl": (
        "x.sh",
        f"TOKEN={SECRET}\n"
        f"curl -u user:{SECRET} -b a={SECRET} '{CONNECTIONS}?limit='$TOKEN -H \"x-y: $TOKEN\" -d '{body()}'\n"
        f"curl --oauth2-bearer {SECRET} {CONNECTIONS} -H {SECRET} {SECRET} -d client_secret=$TOKEN\n",
    ),
    "copied for cmd": (
        "x.cmd",
        copied_for_cmd(f"{CONNECTIONS}?token={SECRET}&{SECRET}={SECRET}", body(), {**signed(), "x-y": SECRET}),
    ),
    "copied as fetch": (
        "x.js",
        f"fetch({json.dumps(CONNECTIONS + '?limit=' + SECRET)}, "
        f"{json.dumps({'headers': signed(cookie=SECRET), 'body': body(), 'method': SECRET, SECRET: SECRET})})\n"
        f"fetch('{SECRET}', {{a: '{SECRET}'}})\nfetch(\"{SECRET}\", [\"{SECRET}\",\n",
    ),
    "PowerShell in Markdown": ("x.md", f"```\nInvoke-WebRequest -Headers @{{a = '{SECRET}'}}\n```\n"),
    "a folder's authorisation": (
        "x.json",
        json.dumps(
            collection(
                {"item": [item("x", "POST", CONNECTIONS, body())], "auth": {"type": SECRET, SECRET: [{"key": SECRET}]}}
            )
        ),
    ),
    "a command without an end": ("x.sh", f"curl {CONNECTIONS} -d '{SECRET}"),
    "Markdown": ("x.md", f"```\ncurl {IMS} -d client_secret={SECRET}\n```\n"),
    ".http": ("x.http", f"@t = {SECRET}\nPOST {CONNECTIONS}?limit={{{{t}}}}\nAuthorization: {{{{t}}}}\n\n{body()}\n"),
    "a body": ("x.json", body(**{SECRET: {SECRET: SECRET}})),
}  # fmt: skip


@pytest.mark.parametrize("name", PLACES)
def test_no_output_has_it(tmp_path: Path, name: str) -> None:
    file, facts = tmp_path / PLACES[name][0], tmp_path / "facts.json"
    file.write_text(PLACES[name][1], "utf-8")
    told = [typed("lint", str(file), "-v", "--strict")]
    told += [typed("lint", str(file), "--format", format) for format in ("json", "github", "sarif")]
    told += [typed("verify", str(file), "-v"), typed("verify", str(file), "--format", "json", "--record", str(facts))]
    assert {ran.returncode for ran in told} <= {0, 1, 2}
    texts = [ran.stdout + ran.stderr for ran in told] + ([facts.read_text("utf-8")] if facts.exists() else [])
    assert [text for text in texts if SECRET in text or "Traceback" in text] == []


def test_a_secret_of_one_file_isnt_told_of_another(tmp_path: Path) -> None:
    """What a Postman environment holds is known too, and the environment itself is no finding."""
    environment = {"name": "x", "values": [{"key": "x", "value": SECRET, "type": "secret"}]}
    scope = {"_postman_variable_scope": "environment"}
    (tmp_path / "a.json").write_text(json.dumps({**environment, **scope}), "utf-8")
    (tmp_path / "b.json").write_text(json.dumps(collection(item("x", "GET", f"{CONNECTIONS}/{SECRET}/y"))), "utf-8")
    (tmp_path / "c.json").write_text(json.dumps({**zoho(clientSecret="An0therS3cret"), "name": 5}), "utf-8")
    (tmp_path / "d.http").write_text(f"GET {CONNECTIONS}/An0therS3cret/y\n", "utf-8")
    for format in ("text", "json"):
        ran = typed("lint", str(tmp_path), "--format", format)
        assert "FS-URL" in ran.stdout
        assert SECRET not in ran.stdout
        assert "An0therS3cret" not in ran.stdout
    (tmp_path / "b.json").unlink()
    assert "1 not judged" not in typed("lint", str(tmp_path / "a.json"), str(tmp_path / "c.json")).stdout
