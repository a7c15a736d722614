"""The guide "Any language": every program in it, unchanged, behind one `mockserver run`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.kit.depth import deep, nightly
from tests.kit.paths import ROOT
from tests.kit.running import missing, run
from tests.kit.serving import mockserver, serving, shell

TEXT = (ROOT / "docs" / "any-language.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, re.DOTALL)
FILES = {name[1]: code for _, code in BLOCKS if (name := re.match(r"(?:<\?php\n)?(?:#|//) (\S+\.\w+)\n", code))}
STARTED = {
    "sh": "sh",
    "py": "python",
    "cjs": "node",
    "java": "java",
    "go": "go run",
    "php": "php",
    "rb": "ruby",
    "pl": "perl",
}
PROGRAMS = [name for name in FILES if name.lower().startswith("with")]
NEEDS = {
    "with_curl.sh": "curl",
    "with_wget.sh": "wget",
    "with_axios.cjs": "node:axios",
    "with_php.php": "php:curl",
    "with_perl.pl": "perl:HTTP::Tiny",
}


def why_not(program: str) -> str:
    return missing(NEEDS.get(program, STARTED[program.rpartition(".")[2]].partition(" ")[0]))


def folder(path: Path) -> Path:
    for name, code in FILES.items():
        (path / name).write_text(code, "utf-8")
    (path / "connection.json").write_text(
        mockserver("example", "zoho-crm", "--region", "eu", "--format", "json").stdout, "utf-8"
    )
    return path


def check(programs: list[str], where: Path, started: str = "") -> None:
    """All of them in one run: each goes its whole way, and the verdict counts its five calls."""
    lines = [f"{started or STARTED[name.rpartition('.')[2]]} {name}" for name in programs]
    ran = run("--report", "met.json", "--", "sh", "-c", " && ".join(lines), where=where)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert [line.partition(" ")[0].lower() for line in ran.stdout.splitlines()] == [
        re.sub(r"^with_?|\..*$", "", name.lower()) for name in programs
    ]
    calls = 5 * (len(programs) + ("with_httpx.py" in programs))
    assert f"mockserver: {calls} calls (" in ran.stderr
    assert "all as the contract wants them" in ran.stderr
    met = json.loads((where / "met.json").read_text("utf-8"))["points"]["operations"]
    assert met["createConnection"]["tests"] == ["run"]


@deep
@pytest.mark.parametrize("half", [0, 1])
def test_the_programs_of_the_guide_go_their_way_unchanged(half: int, tmp_path: Path) -> None:
    """Half of them at a time, since Zoho refreshes a token ten times in ten minutes."""
    check([name for name in PROGRAMS[half::2] if not why_not(name)], folder(tmp_path))


@nightly
@pytest.mark.parametrize("program", PROGRAMS)
def test_each_goes_its_way_alone(program: str, tmp_path: Path) -> None:
    if reason := why_not(program):
        pytest.skip(reason)
    check([program], folder(tmp_path))


@deep
@pytest.mark.parametrize("started", ["deno run -A", "bun"])
def test_nodes_programs_run_elsewhere_too(started: str, tmp_path: Path) -> None:
    if reason := missing(started.partition(" ")[0]):
        pytest.skip(reason)
    check(["with_fetch.cjs", "with_https.cjs"], folder(tmp_path), started)


@deep
def test_the_servers_commands_run(tmp_path: Path) -> None:
    (code,) = [code for language, code in BLOCKS if language == "sh" and "--cacert" in code]
    with serving("--port", "0", "--https-port", "0") as (origin, process):
        assert process.stdout is not None
        secure = process.stdout.readline().split()[2].rstrip(",").rpartition(":")[2]
        code = code.replace("http://127.0.0.1:8080", origin).replace("8443", secure)
        out = shell(code, tmp_path)
    assert '"status":"ok"' in out
    assert '"error"' in out


def test_the_verdict_is_as_shown(tmp_path: Path) -> None:
    (sample,) = [code for language, code in BLOCKS if language == "text"]
    script = """
    curl -sS https://ims-na1.adobelogin.com/ims/token/v3 \
      -d 'grant_type=client_credentials&client_id=x&client_secret=y&scope=openid'
    curl -sS https://platform.adobe.io/data/foundation/flowservice/connections -H 'Authorization: Bearer x' \
      -H 'x-api-key: x' -H 'x-gw-ims-org-id: A@AdobeOrg' -H 'x-sandbox-name: prod' -H 'content-type: application/json' \
      -d '{"name": "a", "connectionSpec": {"id": "929e4450-0237-4ed2-9404-b7e1e0a00309", "version": "1.0"}}'
    curl -s https://example.com/
    exit 0
    """
    ran = run("--", "sh", "-c", script, where=tmp_path)
    assert ran.returncode == 1
    assert re.sub(r"curl/[\d.]+", "curl/7.88.1", ran.stderr) == sample


@deep
def test_the_fixture_does_the_same_for_a_test(tmp_path: Path) -> None:
    if reason := why_not("with_curl.sh"):
        pytest.skip(reason)
    folder(tmp_path)
    assert "1 passed" in shell("pytest -q -n 0 test_program.py", tmp_path)


def test_a_stub_answers_for_a_host_of_others(tmp_path: Path) -> None:
    (stub,) = re.findall(r"`(\[\{\"host\".*\}\])`", TEXT)
    unmet = {"host": "api.example.com", "path": "/v2", "json": 1}
    (tmp_path / "stubs.json").write_text(json.dumps([*json.loads(stub), unmet]), "utf-8")
    code = "import urllib.request as u; print(u.urlopen('https://api.example.com/v1/rates', timeout=9).read().decode())"
    ran = run("--stubs", "stubs.json", "--", "python", "-c", code, where=tmp_path)
    assert (ran.returncode, ran.stdout) == (0, '{"USD":1.1}\n')
    assert "mockserver: 1 call (stubs 1), all as the contract wants them" in ran.stderr
    assert "  never met: Stub(host='api.example.com', path='/v2', status=200)" in ran.stderr
