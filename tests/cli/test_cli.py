"""The command, typed as a user types it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from importlib import metadata
from pathlib import Path

import click
import pytest
import requests

from contracts import BASE_PATH, RULES, catalogue, documented_regions
from contracts.promises import PROMISES
from mockserver import Mock
from mockserver.version import version
from tests.kit.connection import zoho
from tests.kit.depth import deep, few
from tests.kit.paths import ROOT
from tests.kit.recorded import entry, har
from tests.kit.sender import Sender, core
from tests.kit.serving import create, mockserver, serving, shell, told_of_calls, typed, until

# serve


def test_serve_prints_its_address_once_it_accepts() -> None:
    with serving("--port", "0") as (origin, _):
        assert requests.get(f"{origin}/__admin/health", timeout=10).json()["status"] == "ok"
        assert create(origin, zoho()).status_code == 201


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_serve_makes_up_the_same_for_the_same_seed() -> None:
    def ids(seed: int) -> list[str]:
        mock = Mock(seed=seed)
        return [Sender("core", mock, core(mock)).create()[0] for _ in range(2)]

    with serving("--port", "0", "--seed", "7") as (origin, _):
        made = [create(origin, zoho()).json()["id"] for _ in range(2)]
    assert made == ids(7) != ids(8)


@pytest.mark.parametrize("each", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("busy", few([False, True]), ids=["idle", "busy"])
def test_serve_stops_with_0_when_it_is_told_to(each: signal.Signals, busy: bool) -> None:
    with serving("--port", "0", "-q") as (origin, process), requests.Session() as session:
        session.get(f"{origin}/__admin/health", timeout=10)  # a connection that stays open
        if busy:
            with stalled(session, origin, 1), stalled(session, origin, 2):
                process.send_signal(each)
                out, err = process.communicate(timeout=60)
        else:
            process.send_signal(each)
            out, err = process.communicate(timeout=60)
        assert (process.returncode, out, err) == (0, "", "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_serve_tells_its_version_and_that_it_was_stopped() -> None:
    with serving("--port", "0") as (origin, process):
        requests.get(f"{origin}/nothing", timeout=10)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "")
    assert err.startswith(f"mockserver {version()}: {origin}/__admin/ shows the calls; Ctrl-C stops it\n")
    assert [line.split()[1:3] for line in told_of_calls(err)] == [["GET", "/nothing"]]


def stalled(session: requests.Session, origin: str, calls: int) -> socket.socket:
    """A connection whose call, the server's so-and-so-many-th, the server has taken and won't answer."""
    session.post(f"{origin}/__admin/faults", json={"kind": "stall"}, timeout=10)
    waiting = socket.create_connection(("127.0.0.1", int(origin.rpartition(":")[2])))
    waiting.sendall(b"GET /data/foundation/flowservice/connections HTTP/1.1\r\nHost: x\r\n\r\n")
    until(lambda: len(session.get(f"{origin}/__admin/requests", timeout=10).json()["requests"]) == calls)
    return waiting


def test_a_port_that_is_taken_is_one_line_and_3() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = mockserver("serve", "--port", str(port))
    assert result.returncode == 3
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert f"127.0.0.1:{port}" in result.stderr
    assert "--port 0" in result.stderr


@pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.1", "é" * 70])
def test_an_address_that_cant_be_had_is_one_line_and_3(host: str) -> None:
    result = typed("serve", "--host", host, "--port", "0")
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (3, "", 1)


def test_the_environment_sets_options_and_a_flag_beats_it() -> None:
    with serving("--port", "0", MOCKSERVER_PORT="1", MOCKSERVER_SANDBOX="dev", MOCKSERVER_STRICT="1") as (origin, _):
        assert create(origin, zoho()).status_code == 404
        assert create(origin, zoho(), **{"x-sandbox-name": "dev"}).status_code == 201
        assert create(origin, {**zoho(), "x": 1}, **{"x-sandbox-name": "dev"}).status_code == 400


@pytest.mark.parametrize(
    ("options", "environment"), [(["--require-issued-tokens"], {}), ([], {"MOCKSERVER_REQUIRE_ISSUED_TOKENS": "1"})]
)
def test_serve_takes_only_issued_tokens_where_it_is_told_to(options: list[str], environment: dict[str, str]) -> None:
    form = {"grant_type": "client_credentials", "client_id": "x", "client_secret": "y", "scope": "openid"}
    with serving("--port", "0", *options, **environment) as (origin, _):
        assert create(origin, zoho()).status_code == 401
        token = requests.post(f"{origin}/ims/token/v3", data=form, timeout=10).json()["access_token"]
        assert create(origin, zoho(), Authorization=f"Bearer {token}").status_code == 201


def test_serve_takes_the_terms_as_options(tmp_path: Path) -> None:
    row = {"name": "acme", "connectionSpecId": "an-id", "version": "1.0", "auth": []}
    (tmp_path / "more.json").write_text(json.dumps([row]), "utf-8")
    options = ["--lenient", "--zoho-regions", "all", "--journal", "2", "--sources", str(tmp_path / "more.json")]
    with serving("--port", "0", *options) as (origin, _):
        assert create(origin, zoho(accountsUrl="https://accounts.zoho.eu/")).status_code == 201
        assert create(origin, zoho(accountsUrl="https://accounts.zoho.jp", endpoint="x")).status_code == 201
        assert create(origin, {"name": "x", "connectionSpec": {"id": "an-id", "version": "1.0"}}).status_code == 201
        assert len(requests.get(f"{origin}/__admin/requests", timeout=10).json()["requests"]) == 2


def test_serve_takes_stubs_and_has_them_again_after_a_reset(tmp_path: Path) -> None:
    for name, status in (("one", 201), ("two", 202)):
        (tmp_path / name).write_text(json.dumps([{"host": "api.example.com", "path": "/v1", "status": status}]))
    with serving("--port", "0", "--stubs", str(tmp_path / "one"), "--stubs", str(tmp_path / "two")) as (origin, _):
        assert requests.get(f"{origin}/api.example.com/v1", timeout=10).status_code == 202
        requests.delete(f"{origin}/__admin/stubs", timeout=10)
        assert requests.get(f"{origin}/api.example.com/v1", timeout=10).status_code == 404
        requests.post(f"{origin}/__admin/reset", timeout=10)
        assert requests.get(f"{origin}/v1", headers={"Host": "api.example.com"}, timeout=10).status_code == 202


@pytest.mark.parametrize(
    ("text", "told"),
    few(
        [
            ("[{", "line 1, column 3: "),
            ("{}", "expected a list of stubs"),
            ('[{"path": "/a"}, {"path": "/b", "status": 99}]', "/1/status: a stub's status: 99 is less than"),
            ('[{"path": "/a", "headers": {"x": 1}}]', "/0/headers/x: "),
            ('[{"path": "/a", "pth": 1}]', "/0/pth: a stub has no 'pth'"),
        ],
        2,
    ),
)
def test_a_broken_stubs_file_is_one_line_with_its_pointer(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "stubs.json"
    file.write_text(text, "utf-8")
    result = mockserver("serve", "--port", "0", "--stubs", str(file))
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (2, "", 1), result.stderr
    assert result.stderr.startswith(f"mockserver: {file}: ")
    assert told in result.stderr


def test_a_broken_sources_file_is_wrong_use(tmp_path: Path) -> None:
    file = tmp_path / "broken.json"
    file.write_text('[{"name": 1}]', "utf-8")
    for command in (["serve"], ["lint"], ["sources"], ["example", "zoho-crm"]):
        result = typed(*command, "--sources", str(file))
        assert result.returncode == 2
        assert f"{file}: /0" in result.stderr


# demo


def test_the_demo_shows_five_regions_and_two_refusals() -> None:
    result = mockserver("demo")
    assert result.returncode == 0, result.stderr
    for region in documented_regions().values():
        assert region.name in result.stdout
        assert region.accounts_url in result.stdout
    assert "FS-ZOHO-03" in result.stdout
    assert '{"error":"invalid_client"}' in result.stdout
    told = " ".join(result.stdout.split())
    assert "this client is registered in Europe (EU); the request went to the US accounts server" in told
    assert "\x1b" not in result.stdout + result.stderr
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert "What now?" in result.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_a_demo_that_nobody_reads_on_ends_as_a_pipe_does() -> None:
    script = f"{sys.executable} -m mockserver demo | head -1 && echo ${{PIPESTATUS[0]}}"
    ran = subprocess.run(["bash", "-c", script], capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert ran.stdout.splitlines()[1:] == [str(128 + signal.SIGPIPE)]
    assert ran.stderr == ""


def test_the_demo_fits_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    out = typed("demo").stdout
    assert [line for line in out.splitlines() if len(line) > 60] == []
    for region in documented_regions().values():
        assert f"{region.name}, {region.accounts_url}\n" in out


def test_the_demo_asks_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert typed("demo", "-q").returncode == 0


@deep
@pytest.mark.skipif(shutil.which("unshare") is None, reason="unshare isn't here")
def test_the_demo_without_a_network_is_one_line() -> None:
    begin = ["unshare", "--net", "--map-root-user"]
    if subprocess.run([*begin, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this user can't leave the network")
    command = [*begin, sys.executable, "-m", "mockserver", "demo"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (result.returncode, len(result.stderr.splitlines())) == (1, 1), result.stderr
    assert "can't be reached: is the loopback interface up?" in result.stderr


def test_the_demo_can_be_quiet_or_talkative() -> None:
    assert typed("demo", "-q").stdout == ""
    assert "Bearer xxxx" in typed("demo", "-v").stdout


# lint


def test_lint_is_content_with_every_example() -> None:
    for region in documented_regions():
        body = typed("example", "zoho-crm", "--region", region, "--format", "json").stdout
        result = typed("lint", "-", given=body)
        assert (result.returncode, result.stderr) == (0, "")
        assert "Good" in result.stdout


def test_lint_tells_each_broken_rule_with_pointer_and_mend(tmp_path: Path) -> None:
    body = zoho(accountsUrl="https://accounts.zoho.eu/", refreshToken=None)
    body["name"] = ""
    file = tmp_path / "body.json"
    file.write_text(json.dumps(body), "utf-8")
    result = typed("lint", str(file))
    assert result.returncode == 1
    for rule, pointer in (
        ("FS-CON-15", "/name"),
        ("FS-CON-11", "/auth/params/refreshToken"),
        ("FS-ZOHO-02", "/auth/params/accountsUrl"),
    ):
        line = next(line for line in result.stdout.splitlines() if rule in line)
        assert pointer in line
        assert RULES[rule].mend in line
    assert "3 errors, 0 warnings" in result.stdout
    assert "s3cret-client-value" not in result.stdout


def test_lint_reads_a_list_as_an_update() -> None:
    result = mockserver("lint", given='[{"op": "move", "from": "/name", "path": "/description"}]')
    assert result.returncode == 1
    assert "FS-PATCH-03" in result.stdout


@pytest.mark.parametrize(
    ("given", "option", "code"),
    [
        (json.dumps({**zoho(), "x": 1}), "-v", 0),
        (json.dumps({**zoho(), "x": 1}), "--strict", 1),
        (json.dumps(zoho(accountsUrl="https://accounts.zoho.eu/")), "--lenient", 0),
        ("{", "-v", 1),
        ("", "-v", 1),
        ("[" * 100_000, "-q", 1),
    ],
)
def test_lints_exit_code_counts_errors(given: str, option: str, code: int) -> None:
    assert typed("lint", option, given=given).returncode == code


# rules, sources, example


def test_rules_lists_every_rule_and_shows_one() -> None:
    assert sorted(typed("rules", "-q").stdout.split()) == sorted([*RULES, *PROMISES])
    assert {"flow-service", "ims", "client contract"} <= {*typed("rules").stdout.splitlines()}
    shown = typed("rules", "fs-zoho-01").stdout
    assert RULES["FS-ZOHO-01"].document in shown
    assert "FLOW-1100-400" in shown
    assert "docs/rules.md#fs-zoho-01" in shown
    assert "https://github.com/AdobeDocs/experience-platform.en/blob/HEAD/help/sources/" in shown


def test_rules_takes_the_begin_of_an_id() -> None:
    assert typed("rules", "FS-ZOHO", "-q").stdout.split() == ["FS-ZOHO-01", "FS-ZOHO-02", "FS-ZOHO-03"]
    assert typed("rules", "fc-").stdout.startswith("client contract\nFC-NET-01")


def test_rules_and_sources_can_be_had_as_json(tmp_path: Path) -> None:
    every = json.loads(typed("rules", "--format", "json").stdout)
    assert sorted(row["id"] for row in every) == sorted([*RULES, *PROMISES])
    one = json.loads(typed("rules", "FS-ZOHO-01", "--format", "json").stdout)
    assert one in every
    assert (one["error"], one["help"]) == ("FLOW-1100-400", "docs/rules.md#fs-zoho-01")
    file = tmp_path / "sources.json"
    file.write_text(typed("sources", "--format", "json").stdout, "utf-8")
    assert len(json.loads(file.read_text("utf-8"))) == len(catalogue())
    assert typed("sources", "zoho-crm", "--sources", str(file)).stdout == typed("sources", "zoho-crm").stdout


def test_the_rules_page_has_an_anchor_for_each_help_address() -> None:
    from mockserver.control.docs import PAGES

    page = PAGES["rules.md"]()
    told = json.loads(typed("rules", "--format", "json").stdout)
    assert [row["id"] for row in told if f"\n### {row['id']}\n" not in page] == []
    assert {row["help"] for row in told} == {f"docs/rules.md#{row['id'].lower()}" for row in told}


def test_sources_lists_every_source_with_its_end_of_life_and_shows_one() -> None:
    listed = typed("sources").stdout
    assert len(listed.splitlines()) == len(catalogue())
    assert "end of life" in next(line for line in listed.splitlines() if line.startswith("zoho-crm"))
    shown = typed("sources", "Zoho CRM").stdout
    assert "2025-06-30" in shown
    assert "refreshToken" in shown


@pytest.mark.parametrize("name", few([source.key for source in catalogue().values()][:3]))
def test_an_example_in_curl_and_python_runs_as_it_is(name: str) -> None:
    with serving("--port", "0", "--strict") as (origin, _):
        for format, command in (("curl", ["bash", "-c"]), ("python", [sys.executable, "-c"])):
            text = typed("example", name, "--format", format, "--origin", origin).stdout
            ran = subprocess.run([*command, text], capture_output=True, encoding="utf-8", timeout=30, check=True)
            assert '"etag"' in ran.stdout.replace("'", '"'), ran
        (first, second) = requests.get(f"{origin}/__admin/requests", timeout=10).json()["requests"]
        assert first["violations"] == second["violations"] == []
        assert first["request"]["body"] == second["request"]["body"]


def test_an_example_of_a_region_that_adobe_does_not_name_says_what_it_needs() -> None:
    result = typed("example", "zoho-crm", "--region", "jp")
    assert result.returncode == 0
    assert result.stderr.startswith("mockserver: jp is a data centre that Adobe's page doesn't name")
    assert "--zoho-regions all" in result.stderr
    assert typed("example", "zoho-crm", "--region", "jp", "-q").stderr == ""
    assert typed("example", "zoho-crm", "--region", "us").stderr == ""


def test_every_source_has_an_example() -> None:
    from contracts import Contract, Request
    from mockserver import Mock
    from mockserver.samples import body_of, headers

    for source in catalogue().values():
        mock = Mock(Contract())
        sent = {name.lower(): value for name, value in headers().items()}
        body = json.dumps(body_of(source, documented_regions()["eu"])).encode()
        assert mock.handle(Request("POST", f"{BASE_PATH}/connections", sent, body)).status == 201
        assert mock.journal.rows()[0]["violations"] == []


@pytest.mark.parametrize("command", [["rules"], ["sources"], ["example", "salesforce"]])
def test_less_and_more_can_be_asked_of_every_command(command: list[str]) -> None:
    plain, quiet, verbose = (typed(*command, *option) for option in ((), ("-q",), ("-v",)))
    assert plain.returncode == quiet.returncode == verbose.returncode == 0
    assert len(quiet.stdout) <= len(plain.stdout)
    assert "AdobeDocs/" in verbose.stdout + verbose.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
@pytest.mark.parametrize("command", ["rules -v", "sources -v"])
def test_a_pipe_that_closes_early_is_no_finding(command: str) -> None:
    script = f"set -o pipefail; {sys.executable} -m mockserver {command} | true"
    ran = subprocess.run(["bash", "-c", script], capture_output=True, encoding="utf-8", timeout=30, check=False)
    assert ran.returncode in (0, 128 + signal.SIGPIPE)  # 0 where all was written before the pipe was closed
    assert ran.stderr == ""


# Wrong use


def test_an_operation_is_said_of_bodies_alone() -> None:
    result = typed("lint", "--operation", "createFlow", given="curl https://platform.adobe.io/data/foundation/x")
    assert (result.returncode, result.stderr.count("\n")) == (2, 1)
    assert result.stderr.startswith("mockserver: --operation is for bodies")


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["sevre"], "Did you mean 'serve'?"),
        (["example", "zohocrm"], "Did you mean 'zoho-crm'?"),
        (["sources", "salseforce"], "Did you mean 'salesforce'?"),
        (["rules", "FS-ZOHO-1"], "Did you mean 'FS-ZOHO-01'?"),
        (["serve", "--prot", "1"], "--port"),
        (["serve", "--port", "99999"], "65535"),
        (["serve", "--journal", "0"], "journal"),
        (["serve", "--journal", "9" * 20], "journal"),
        (["serve", "--host", ""], "0.0.0.0"),
        (["serve", "--lenient", "--strict"], "exclude"),
        (["serve", "--sandbox", "BAD NAME"], "lower-case letters"),
        (["lint", "nowhere.json"], "nowhere.json"),
        (["example", "zoho-crm", "--region", "xx"], "'eu'"),
        (["example"], "SOURCE"),
        (["example", "a", "b"], "mockserver example --help"),
        (["export", "hra"], "Did you mean 'har'?"),
        (["serve", "--port", "x"], "'x' is not a valid integer"),
        (["serve", "--store", "mysql://x"], "sqlite:///"),
        (["rules", "-v", "-q"], "exclude"),
        (["openapi", "--lenient", "--strict"], "exclude"),
        (["serve", "--host", "http://127.0.0.1"], "without scheme and port"),
        (["serve", "--host", "localhost:80"], "without scheme and port"),
        (["journal", "ftp://x"], "http://127.0.0.1:8080 is one"),
        (["journal", "http://"], "http://127.0.0.1:8080 is one"),
        (["journal", "127.0.0.1:9"], "no mock server at http://127.0.0.1:9: nothing listens there"),
        (["export", "har", "--url", "localhost:9"], "no mock server at http://localhost:9: nothing listens there"),
        (["verify", "http://127.0.0.1:9"], "no answer of http://127.0.0.1:9: nothing listens there"),
        (["verify", "localhost:8080"], "a URL begins with http://"),
        (["verify", str(ROOT / "pyproject.toml")], "which is to be a HAR file or one that --record wrote"),
        (["run", "--report", "x.txt", "--", "true"], ".html, .json, .md"),
        (["example", "salesforce", "--region", "us"], "--region is for Zoho CRM alone, not salesforce"),
        (["example", "createSchema", "--region", "us"], "createSchema is an operation"),
        (["example", "createSchema", "--sources", __file__], "createSchema is an operation"),
        (["example", "zoho-crm", "--format", "json", "--origin", "http://x"], "--origin is for curl and python"),
        (["sources", "zoho-crm", "--kind", "destination"], "zoho-crm is no destination, but a source"),
    ],
)
def test_wrong_use_is_2_and_one_line_with_a_hint(arguments: list[str], hint: str) -> None:
    result = typed(*arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("mockserver: ")
    assert result.stderr.count("\n") == 1
    assert hint in result.stderr


@pytest.mark.parametrize(
    ("variable", "value"),
    [("PORT", "abc"), ("PORT", "99999"), ("STRICT", "maybe"), ("SOURCES", "/nowhere"), ("ZOHO_LIMITS", "no")],
)
def test_a_variable_with_a_wrong_value_is_named(variable: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"MOCKSERVER_{variable}", value)
    result = typed("serve")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"mockserver: invalid value for MOCKSERVER_{variable}: ")
    assert value in result.stderr


@pytest.mark.parametrize("flag", ["--lenient", "--strict"])
def test_a_flag_wins_over_a_variable_that_says_the_opposite(flag: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOCKSERVER_LENIENT", "1")
    monkeypatch.setenv("MOCKSERVER_STRICT", "1")
    assert typed("lint", "-q", flag, given=json.dumps(zoho())).returncode == 0
    assert typed("lint", "-q", given=json.dumps(zoho())).returncode == 2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
@pytest.mark.parametrize("module", ["mockserver.cli", "mockserver.cli.rules"])
def test_ctrl_c_ends_a_command_without_a_traceback_while_it_is_imported(module: str) -> None:
    code = f"""
import os, signal, sys
class Interrupts:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupts)
sys.argv = ["mockserver", "rules"]
from mockserver.__main__ import main
main()
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr.strip()) == (-signal.SIGINT, "", "")


def test_an_example_is_of_the_side_that_was_asked_for() -> None:
    """Amazon Kinesis is both; each page prints placeholders of its own."""
    both = [typed("example", "amazon-kinesis", "--kind", kind).stdout for kind in ("source", "destination")]
    assert ["fake-access-key-id" in each for each in both] == [True, False]
    assert ["fake-access-id" in each for each in both] == [False, True]
    named = typed("example", "Data Landing Zone", "--kind", "destination", "--format", "json")
    assert "10440537-2a7b-4583-ac39-ed38d4b848e8" in named.stdout
    other = typed("example", "zoho-crm", "--kind", "destination")
    assert (other.returncode, other.stderr) == (2, "mockserver: zoho-crm is no destination, but a source\n")


FOR_PEOPLE = (
    "rules",
    pytest.param("rules -v FS-ADH", marks=deep),
    pytest.param("rules FS-ZOHO-01", marks=deep),
    "sources",
    "sources amazon-s3-destination",
    "lint wrong.json",
    "lint -v wrong.json",
    "lint empty.json",
    pytest.param("verify recording.har", marks=deep),
)


@pytest.mark.parametrize("line", FOR_PEOPLE)
def test_what_people_read_fits_a_narrow_terminal(line: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """But for what is to be copied: paths and addresses."""
    (tmp_path / "wrong.json").write_text(json.dumps({**zoho(), "name": 5, "more": 1}), "utf-8")
    (tmp_path / "empty.json").write_text('{"scripts": {}}', "utf-8")
    (tmp_path / "recording.har").write_text(json.dumps(har(entry(answer={"items": 5}))), "utf-8")
    monkeypatch.chdir(tmp_path)
    wide = typed(*line.split()).stdout
    monkeypatch.setenv("COLUMNS", "60")
    narrow = typed(*line.split()).stdout
    assert [row for row in narrow.splitlines() if len(row) > 60 and "/" not in row.split()[-1]] == []
    assert narrow.split() == wide.split()


COMMANDS = ("demo", "example", "export", "journal", "lint", "openapi", "rules", "run", "serve", "sources", "verify")


@pytest.mark.parametrize("command", ["", *COMMANDS, "export har", "export postman", "export overlay"])
def test_every_command_explains_itself_in_sixty_columns(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    result = typed(*command.split(), "--help")
    assert result.returncode == 0
    assert result.stdout.startswith(f"Usage: mockserver {command}")
    assert [line for line in result.stdout.splitlines() if len(line) > 60] == []
    assert not re.search(r"^  \w+ .*\w\.\.\.$", result.stdout, re.MULTILINE)  # a command's line that was cut
    assert command or all(f"\n  {name} " in result.stdout for name in COMMANDS)
    assert typed(*command.split(), "-h").stdout == result.stdout


@pytest.mark.skipif(not shutil.which("bash"), reason="bash isn't here")
def test_the_documented_line_completes_commands_options_and_values() -> None:
    code = (ROOT / "docs" / "server.md").read_text("utf-8").partition("```bash\n")[2].partition("```")[0]
    assert "_mockserver_completion" in shell(f"{code}complete -p mockserver", ROOT)

    def completed(*words: str) -> list[str]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("COMP_WORDS", " ".join(["mockserver", *words]))
            patch.setenv("COMP_CWORD", str(len(words)))
            patch.setenv("_MOCKSERVER_COMPLETE", "bash_complete")
            return [line.partition(",")[2] for line in typed().stdout.splitlines()]

    assert completed("se") == ["serve"]
    assert completed("serve", "--strict") == ["--strict"]
    assert "eu" in completed("example", "zoho-crm", "--region", "e")


def test_the_version_is_that_of_the_distribution() -> None:
    assert version() == metadata.version("flowservice-kit")
    assert mockserver("--version").stdout.startswith("mockserver, version ")


@pytest.mark.parametrize("command", few(["sources", "lint", "rules", "demo", "sources zoho-crm"], 2))
def test_an_old_terminal_gets_every_text_too(command: str) -> None:
    old = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    result = mockserver(*command.split(), given='{"name": "\u6f22"}', **old)
    assert result.returncode in (0, 1)
    assert "Traceback" not in result.stderr


def on_a_terminal(*arguments: str, typed: bool = False, **environment: str) -> str:
    """What a command shows where its stdout is a terminal, and where it is ``typed`` its stdin too."""
    pty = pytest.importorskip("pty")
    main, other = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "CI")}
    command = [sys.executable, "-m", "mockserver", *arguments]
    shown = b""
    with subprocess.Popen(
        command,
        stdin=other if typed else subprocess.DEVNULL,
        stdout=other,
        env={**kept, "TERM": "xterm", **environment},
    ) as process:
        os.close(other)
        with suppress(OSError):  # the other end is closed
            while part := os.read(main, 65536):
                shown += part
        process.wait(timeout=20)
    os.close(main)
    return shown.decode()


def test_a_terminal_gets_colour_and_a_pipe_does_not() -> None:
    assert "\x1b[" in on_a_terminal("rules")
    assert "\x1b[" not in mockserver("rules").stdout


@deep
def test_a_pager_gets_no_colour_where_none_is_wanted() -> None:
    shown = on_a_terminal("rules", typed=True, PAGER="cat", LINES="10", NO_COLOR="1")
    assert "FS-CON-02" in shown
    assert "\x1b[" not in shown


@deep
@pytest.mark.parametrize("arguments", few([["rules"], ["rules", "FS-CON-02"], ["sources"], ["lint", "x"]], 0, 1))
def test_a_narrow_terminal_gets_short_lines_and_a_pipe_whole_ones(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), *sys.path]))
    Path("x").write_text('{"name": "x", "description": null}', "utf-8")
    shown = click.unstyle(on_a_terminal(*arguments, COLUMNS="60")).splitlines()
    assert [line for line in shown if len(line) > 60 and "https://" not in line] == []
    assert max(map(len, mockserver(*arguments).stdout.splitlines())) > 60


def test_help_imports_no_framework() -> None:
    """What ``--help`` costs is what it imports."""
    code = "import sys; from mockserver.cli import cli; cli(['--help'], standalone_mode=False); print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True, timeout=30
    ).stdout
    for heavy in ("rich", "requests", "uvicorn", "jsonschema", "hypothesis", "responses", "asyncio"):
        assert f" {heavy} " not in loaded


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device here that is always full")
@pytest.mark.parametrize("command", [["rules", "FS-ZOHO-03"], ["--help"]])
def test_a_disk_without_room_is_one_line(command: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "mockserver", *command]
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, encoding="utf-8", timeout=30, check=False)
    assert (ran.returncode, ran.stderr) == (2, "mockserver: the output can't be written: No space left on device\n")
