"""No path, header or body reaches a file, and what the options name is read once, before the server listens."""

from __future__ import annotations

import json
import sys
import sysconfig
from pathlib import Path
from urllib.parse import quote

import pytest
import requests

import mockserver
from contracts import BASE_PATH
from mockserver import Mock
from tests.fuzz import wire
from tests.kit.connection import HEADERS, zoho
from tests.kit.sender import Sender, core
from tests.kit.serving import serving

SECRET = "the content of a file that nobody is to read"
WATCHED = """
import sys
armed = False

def watch(event, arguments):
    global armed
    armed = armed or event == "socket.bind"
    if isinstance((arguments or [0])[0], int):
        return  # a descriptor, whose file was told when it was opened by its path
    if armed and event in ("open", "os.remove", "os.rename", "os.mkdir", "subprocess.Popen", "os.system", "os.exec"):
        sys.stderr.write(f"FILE {event} {arguments[0]!r}\\n")

sys.addaudithook(watch)
sys.argv = ["mockserver", "serve", *sys.argv[1:]]
from mockserver.__main__ import main
main()
"""


def test_nothing_that_is_sent_opens_a_file(tmp_path: Path) -> None:
    """Beside the kit's own modules and data, which are loaded when they are first needed."""
    script = tmp_path / "watched.py"
    script.write_text(WATCHED, "utf-8")
    report = wire.fuzz(150, seed=77, command=[sys.executable, str(script), "--port", "0", *wire.LIMITS])
    paths = sysconfig.get_paths()
    own = (
        paths["stdlib"],
        paths["purelib"],
        paths["platlib"],
        sys.base_prefix,
        *([sys.pycache_prefix] if sys.pycache_prefix else []),
        str(Path(mockserver.__file__).parents[1]),
    )
    touched = [line for line in report.stderr.splitlines() if line.startswith("FILE")]
    strange = [line for line in touched if not line.partition(" '")[2].startswith(own)]
    assert report.problems == []
    assert touched
    assert strange == []


TRAVERSALS = ["../{}", "..%2f{}", "%2e%2e/{}", "....//{}", "..\\{}", "/{}", "//{}", "file://{}", "%00{}", "{}%00.json"]


@pytest.mark.parametrize("traversal", TRAVERSALS)
def test_no_segment_and_no_header_names_a_file(tmp_path: Path, traversal: str) -> None:
    file = tmp_path / "secret.json"
    file.write_text(json.dumps({"name": SECRET}), "utf-8")
    mock = Mock()
    sent = Sender("core", mock, core(mock))
    id, _ = sent.create()
    name = traversal.format(str(file).lstrip("/"))
    deep = traversal.format("../" * 12 + str(file).lstrip("/"))
    answers = []
    for text in (name, deep, quote(name, safe=""), str(file), f"file://{file}"):
        for path in (f"/{text}", f"/__admin/{text}", f"{BASE_PATH}/{text}", f"{BASE_PATH}/connections/{text}"):
            answers.append(sent.raw("GET", path, HEADERS))
        answers.append(sent("GET", f"/connections/{id}/explore?objectType=file&object={text}&fileType=json"))
        answers.append(sent.raw("GET", f"/accounts.zoho.eu/{text}"))
        answers.append(sent.raw("GET", f"/www.zohoapis.eu/crm/v8/{text}"))
        answers += [sent("GET", "/connections", **{header: text}) for header in ("x_sandbox_name", "host", "range")]
        answers.append(sent("POST", "/connections", {**zoho(), "connectionSpec": {"id": text, "version": "1.0"}}))
        answers.append(sent("POST", "/connections", {"$ref": f"file://{file}", "include": text}))
        answers.append(sent.raw("POST", "/__admin/faults", {}, json.dumps({"path": text, "status": 503}).encode()))
        mock.faults.clear()
    assert all(answer.status < 500 for answer in answers)
    assert SECRET not in json.dumps([answer.text.decode() for answer in answers])


def test_a_spec_of_a_clients_own_refers_to_no_file(sent: Sender, tmp_path: Path) -> None:
    """A JSON Schema may refer to another one by its URL; none of these is ever fetched."""
    file = tmp_path / "schema.json"
    file.write_text(json.dumps({"type": "object", "required": [SECRET]}), "utf-8")
    spec = {"type": "object", "properties": {"a": {"$ref": file.as_uri()}}, "$ref": str(file)}
    document = {"name": "acme", "providerId": "p", "authSpec": [{"name": "Key", "type": "Key", "spec": spec}]}
    answers = [sent("POST", "/connectionSpecs", document)]
    if answers[0].status == 201:
        id = answers[0].json["id"]
        body = {
            "name": "x",
            "connectionSpec": {"id": id, "version": "1.0"},
            "auth": {"specName": "Key", "params": {"a": {}}},
        }
        answers += [sent("POST", "/connections", body), sent("GET", f"/connectionSpecs/{id}")]
    assert all(answer.status < 500 for answer in answers)
    assert SECRET not in json.dumps([answer.text.decode() for answer in answers])


@pytest.mark.parametrize("change", ["changed", "deleted"])
def test_the_files_of_the_options_are_read_once(tmp_path: Path, change: str) -> None:
    sources, accounts, leads = (tmp_path / name for name in ("sources.json", "accounts.json", "Leads.json"))
    sources.write_text(
        json.dumps([{"name": "acme", "connectionSpecId": "an-id", "version": "1.0", "auth": []}]), "utf-8"
    )
    account = {"region": "eu", "client_id": "1000.EUCLIENT", "client_secret": "s3cret-of-the-client"}
    accounts.write_text(json.dumps([{**account, "refresh_token": "1000.refresh-token"}]), "utf-8")
    leads.write_text(json.dumps([{"id": "1", "Last_Name": "First"}]), "utf-8")
    options = ["--sources", str(sources), "--zoho-accounts", str(accounts), "--zoho-data", str(leads)]
    with serving("--port", "0", *options) as (origin, _), requests.Session() as session:
        for file in (sources, accounts, leads):
            if change == "deleted":
                file.unlink()
            else:
                file.write_text("[]", "utf-8")
        session.post(f"{origin}/__admin/reset", timeout=10)
        body = {"name": "x", "connectionSpec": {"id": "an-id", "version": "1.0"}}
        assert session.post(f"{origin}{BASE_PATH}/connections", headers=dict(HEADERS), json=body, timeout=10).ok
        form = {"grant_type": "refresh_token", "refresh_token": "1000.refresh-token", **account}
        answer = session.post(f"{origin}/accounts.zoho.eu/oauth/v2/token", data=form, timeout=10).json()
        token = {"Authorization": f"Zoho-oauthtoken {answer['access_token']}"}
        found = session.get(f"{origin}/www.zohoapis.eu/crm/v8/Leads?fields=Last_Name", headers=token, timeout=10).json()
        assert [row["Last_Name"] for row in found["data"]] == ["First"]
