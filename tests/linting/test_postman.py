"""Postman collections in the shapes that Adobe's own have."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.kit.recorded import CONNECTIONS, collection, item
from tests.kit.serving import typed

LISTED = "property={{property}}&limit={{limit}}&orderby={{orderby}}&continuationToken={{continuationToken}}&count=false"
SCRIPTS = [{"listen": "prerequest", "script": {"exec": ["// curl https://platform.adobe.io/data/foundation/x", "{{"]}}]
FIELDS = ("client_id", "client_secret", "jwt_token")


def url(raw: str, *variables: str) -> dict[str, Any]:
    base, _, query = raw.partition("?")
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    return {
        "raw": raw,
        "protocol": "https",
        "host": base.split("/")[2].split("."),
        "path": base.split("/")[3:],
        "query": [{"key": name, "value": value} for name, _, value in pairs],
        "variable": [{"value": f"{{{{{name}}}}}", "id": name} for name in variables],
    }


def token(rows: Sequence[dict[str, Any]], mode: str = "formdata") -> dict[str, Any]:
    request = {"method": "POST", "header": [], "body": {"mode": mode, mode: rows}}
    return {"name": "JWT", "request": {**request, "url": url("https://{{IMS}}/ims/exchange/jwt/")}}


def linted(tmp_path: Path, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
    file = tmp_path / "x.json"
    file.write_text(json.dumps(collection(*items, event=SCRIPTS, **more)), "utf-8")
    ran = typed("lint", str(file), "--format", "json")
    assert ran.stderr == ""
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def rows(*names: str, **more: str) -> list[dict[str, Any]]:
    return [{"key": name, "value": f"{{{{{name}}}}}", "type": "text", **more} for name in names]


def test_what_adobe_publishes_is_no_finding(tmp_path: Path) -> None:
    items = [
        item("list", "GET", url(f"{CONNECTIONS}?{LISTED}")),
        item("create", "POST", url(CONNECTIONS), "{{body}}"),
        item("one", "GET", url(f"{CONNECTIONS}/:CONNECTION_ID", "CONNECTION_ID")),
        item("test", "GET", url(f"{CONNECTIONS}/:CONNECTION_ID/test", "CONNECTION_ID")),
        item("delete", "DELETE", url(f"{CONNECTIONS}/:CONNECTION_ID", "CONNECTION_ID")),
        token(rows(*FIELDS)),
        token(rows(*FIELDS), "urlencoded"),
    ]
    found = linted(tmp_path, *({**each, "event": SCRIPTS} for each in items))
    assert found["findings"] == []
    assert (found["requests"], found["not_judged"]) == (7, 0)


def test_an_etag_in_the_query_is_one_though_adobe_prints_it(tmp_path: Path) -> None:
    address = url(f"{CONNECTIONS}/:CONNECTION_ID?if-match={{{{if-match}}}}", "CONNECTION_ID")
    found = linted(tmp_path, item("update", "PATCH", address, "{{body}}"))
    assert [row["rule"] for row in found["findings"]] == ["FS-ETAG-04"]


def test_a_form_in_parts_is_read(tmp_path: Path) -> None:
    found = linted(tmp_path, token(rows("client_id", "client_secret", 'jwt"token\r\n')))
    assert [(row["rule"], row["pointer"]) for row in found["findings"]] == [("IMS-JWT-01", "/jwt_token")]


def test_a_form_with_a_file_isnt_known(tmp_path: Path) -> None:
    assert linted(tmp_path, token([*rows("client_id"), *rows("jwt_token", type="file", src="/x")]))["findings"] == []


def test_a_broken_form_is_a_finding_and_no_line_of_its_parser(tmp_path: Path) -> None:
    file = tmp_path / "x.sh"
    form = "--x\nContent-Disposition: form-data; name=a\n"
    address = "https://ims-na1.adobelogin.com/ims/token/v3"
    file.write_text(f"curl -H 'Content-Type: multipart/form-data; boundary=y' {address} -d '{form}'", "utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "mockserver", "lint", file], capture_output=True, text=True, check=False
    )
    assert "IMS-FORM-02" in ran.stdout
    assert ran.stderr == ""
