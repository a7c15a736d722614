"""The how-to pages: each block is run, or parsed where its tool isn't here."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.kit.depth import deep
from tests.kit.paths import ROOT
from tests.kit.running import missing
from tests.kit.serving import mockserver, serving, shell

DOCS = ROOT / "docs"

pytestmark = pytest.mark.skipif(not DOCS.is_dir(), reason="the documentation isn't beside the tests")


def blocks(page: str) -> list[tuple[str, str]]:
    path = DOCS / f"{page}.md"
    text = path.read_text("utf-8") if path.is_file() else ""
    return re.findall(r"```(\w+)\n(.*?)```", text, re.DOTALL)


def only(page: str, language: str) -> str:
    """The one block of that language."""
    (found,) = [code for name, code in blocks(page) if name == language]
    return found


# Clients in other languages

RUN = {"js": ("node", "client.mjs", "node client.mjs"), "java": ("java", "Client.java", "java Client.java")}
PARSED = {
    "csharp": ("tree_sitter_c_sharp", "language"),
    "go": ("tree_sitter_go", "language"),
    "php": ("tree_sitter_php", "language_php"),
}


def test_every_client_is_run_or_parsed() -> None:
    assert [language for language, _ in blocks("clients")] == ["sh", *RUN, *PARSED]


@deep
@pytest.mark.parametrize("language", RUN)
def test_a_client_is_run(language: str, tmp_path: Path) -> None:
    program, name, command = RUN[language]
    if reason := missing(program):
        pytest.skip(reason)
    (tmp_path / name).write_text(only("clients", language), "utf-8")
    body = only("clients", "sh").splitlines()[1]
    assert body.endswith("> connection.json")
    (tmp_path / "connection.json").write_text(mockserver(*body.split()[1:-2]).stdout, "utf-8")
    with serving("--port", "0", "--strict") as (origin, _):
        said = shell(command, tmp_path, PLATFORM=origin)
    assert re.search(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", said, re.MULTILINE), said


@deep
@pytest.mark.parametrize("language", PARSED)
def test_a_client_is_parsed(language: str) -> None:
    tree_sitter = pytest.importorskip("tree_sitter")
    module, function = PARSED[language]
    grammar = getattr(pytest.importorskip(module), function)()
    root = tree_sitter.Parser(tree_sitter.Language(grammar)).parse(only("clients", language).encode()).root_node
    assert not root.has_error


# CI


def commands(document: Any) -> list[str]:
    """What a workflow's or a pipeline's steps run."""
    (job,) = document["jobs"].values() if "jobs" in document else [document["contract"]]
    steps = job.get("steps") or [{"run": line} for line in job["script"]]
    return [step["run"] for step in steps if "run" in step]


GITHUB, GITLAB = (yaml.safe_load(code) for language, code in blocks("ci") if language == "yaml")
JENKINS = only("ci", "groovy")


def test_all_three_run_the_same() -> None:
    install, *rest = commands(GITHUB)
    assert install == "pip install --find-links wheels 'flowservice-kit[run]'"
    assert commands(GITLAB) == [install, *rest]
    jenkins = re.findall(r'^ +sh "(.*)"$', JENKINS, re.MULTILINE)
    assert [line.removeprefix("python -m ").replace(" --user", "") for line in jenkins] == [install, *rest]
    assert all(JENKINS.count(left) == JENKINS.count(right) for left, right in ("{}", "()"))


def test_what_is_kept_is_what_the_commands_write() -> None:
    upload = GITHUB["jobs"]["contract"]["steps"][-1]
    kept = GITLAB["contract"]["artifacts"]
    assert [upload["with"]["path"]] == kept["paths"] == re.findall(r"archiveArtifacts '(.*)'", JENKINS)
    assert [kept["reports"]["junit"]] == re.findall(r"junit '(.*)'", JENKINS) == ["contract.xml"]


@deep
def test_the_commands_of_ci_run(tmp_path: Path) -> None:
    (tmp_path / "test_client.py").write_text(next(code for _, code in blocks("sandboxes")), "utf-8")
    (tmp_path / "program.sh").write_text(
        "curl -sSf https://ims-na1.adobelogin.com/ims/token/v3 "
        "-d 'grant_type=client_credentials&client_id=a&client_secret=b&scope=openid'\n",
        "utf-8",
    )
    for command in commands(GITHUB)[1:]:
        shell(command.replace("pytest ", "pytest -n 0 "), tmp_path)
    assert {path.name for path in tmp_path.glob("*.*ml")} == {"contract.xml", "contract.html", "run.html"}


SCHEMAS = {"ci": ["github-workflows", "gitlab-ci"], "containers": ["compose-spec"]}


@deep
@pytest.mark.parametrize("stem", SCHEMAS)
def test_what_others_read_is_what_they_can_read(stem: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from check_jsonschema import main

    codes = [code for language, code in blocks(stem) if language == "yaml"]
    for schema, code in zip(SCHEMAS[stem], codes, strict=True):
        file = tmp_path / f"{schema}.yml"
        file.write_text(code, "utf-8")
        with pytest.raises(SystemExit) as ended:
            main(["--builtin-schema", f"vendor.{schema}", str(file)])
        assert ended.value.code == 0, capsys.readouterr().out


# Containers


@deep
@pytest.mark.skipif(shutil.which("hadolint") is None, reason="hadolint isn't installed (the extra image)")
def test_the_image_has_nothing_that_a_linter_minds() -> None:
    ran = subprocess.run(
        ["hadolint", "--no-color", ROOT / "docs/deployment/Dockerfile"],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert (ran.stdout, ran.returncode) == ("", 0)


LINES = [code for language, code in blocks("containers") if language == "sh"]


def test_the_lines_for_docker_name_what_is_there() -> None:
    build, run, wait = LINES[0].splitlines()
    dockerfile, tag = re.findall(r"--(?:file|tag) (\S+)", build)
    assert (ROOT / dockerfile).is_file()
    (compose,) = [yaml.safe_load(code) for language, code in blocks("containers") if language == "yaml"]
    (service,) = compose["services"].values()
    assert run.endswith(f" {tag}")
    assert service["build"]["dockerfile"] == dockerfile
    (port,) = service["ports"]
    assert f"--publish {port} " in run
    assert f"MOCKSERVER_PORT={port.rpartition(':')[2]}" in (ROOT / dockerfile).read_text("utf-8")
    assert f"http://{port.rpartition(':')[0]}/__admin/health" in wait


@deep
def test_the_waiting_works(tmp_path: Path) -> None:
    assert '"status":"ok"' in shell(LINES[1], tmp_path)
    with serving("--port", "0") as (origin, _):
        wait = LINES[0].splitlines()[2].replace("http://127.0.0.1:8080", origin)
        assert '"status":"ok"' in shell(wait, tmp_path)


# Numbers, for leads


@deep
def test_the_commands_count_what_the_page_says() -> None:
    rows = re.findall(r"^- (\d+) .*?: `(.*)`$", (DOCS / "numbers.md").read_text("utf-8"), re.MULTILINE)
    assert len(rows) > 8
    said = shell("\n".join(command for _, command in rows), ROOT)
    assert said.split() == [number for number, _ in rows]


# Environment


@deep
def test_every_variable_of_the_code_is_on_its_page() -> None:
    page = (DOCS / "environment.md").read_text("utf-8")
    told = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    named = {
        name
        for package in ("contracts", "mockserver", "pytest_flowservice")
        for path in (ROOT / package).rglob("*.py")
        for name in re.findall(r"\bMOCKSERVER_[A-Z_]*[A-Z]\b", path.read_text("utf-8"))
    }
    inner = {name for name in named if name.startswith("MOCKSERVER_RUN_")}  # what `run` tells its own helpers
    assert named - inner <= told
