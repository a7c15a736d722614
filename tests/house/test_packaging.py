"""What is built and installed: wheel and sdist, and the server alone."""

from __future__ import annotations

import json
import os
import re
import runpy
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import requests

import contracts
from tests.kit.connection import zoho
from tests.kit.depth import deep, nightly
from tests.kit.paths import ROOT
from tests.kit.serving import create, serving

SOURCES = Path(contracts.__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
FOLDER = ROOT / "docs" / "deployment"
DECLARED: dict[str, Any] = runpy.run_path(str(ROOT / ".ci" / "requirements.py"))
PACKAGES = ("contracts", "mockserver", "pytest_flowservice")
SHIPPED = (".py", ".json", ".html", ".typed", ".css", ".js", ".cjs", ".svg")
LARGEST = 32_000_000
"""At most so many bytes of packages that a server alone needs."""

has_sources = pytest.mark.skipif(not (ROOT / "contracts").is_dir(), reason="the sources aren't beside the tests")


@pytest.mark.parametrize("name", DECLARED["FILES"])
def test_what_a_server_needs_is_what_the_project_declares(name: str) -> None:
    """`python .ci/requirements.py write` makes it so."""
    rows = (FOLDER / f"requirements-{name}.txt").read_text("utf-8").splitlines()
    assert [row for row in rows if row[:1] != "#"] == DECLARED["needed"](name)


def test_what_only_tests_need_is_declared_and_left_out_of_a_server() -> None:
    declared = {re.split(r"[\[>]", row)[0] for row in PROJECT["project"]["dependencies"]}
    assert set(DECLARED["FOR_TESTS"]) < declared
    assert not set(DECLARED["FOR_TESTS"]) & {re.split(r"[\[>]", row)[0] for row in DECLARED["needed"]("server")}


def test_a_package_that_two_extras_name_has_one_lowest_version() -> None:
    rows = [row.partition("==") for row in DECLARED["lowest"]("httpx", "run", "store")]
    floors: dict[str, set[str]] = {}
    for name, _, floor in rows:
        floors.setdefault(name, set()).add(floor)
    assert {name: found for name, found in floors.items() if len(found) > 1} == {}


def test_a_copy_without_git_is_before_the_changelogs_next_version() -> None:
    newest = re.search(r"^## \[(\d+\.\d+\.\d+)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert newest is not None
    assert PROJECT["tool"]["hatch"]["version"]["fallback-version"] == f"{newest[1]}.dev0"


@deep
@pytest.mark.parametrize(
    ("described", "version"), [("", "{fallback}"), ("v0.2.0", "0.2.0"), ("v0.2.0-3-gabcdef1", "0.2.1.dev3+gabcdef1")]
)
def test_an_archive_knows_its_version_before_the_first_tag_too(described: str, version: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text("utf-8"), "utf-8")
    archived = (ROOT / ".git_archival.txt").read_text("utf-8").replace("$Format:%cI$", "2026-01-02T03:04:05+00:00")
    archived = re.sub(r"describe-name: .*", f"describe-name: {described}", archived)
    (tmp_path / ".git_archival.txt").write_text(archived, "utf-8")
    command = [sys.executable, "-m", "hatchling", "version"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False, timeout=60)
    fallback = PROJECT["tool"]["hatch"]["version"]["fallback-version"]
    assert told.stdout.strip() == version.format(fallback=fallback), told.stderr


def build(project: Path, where: Path) -> list[Path]:
    """The sdist of ``project``, and the wheel that is made from it."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(where), str(project)]
    built = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=120)
    assert built.returncode == 0, built.stdout + built.stderr
    return [*where.glob("*.tar.gz"), *where.glob("*-py3-none-any.whl")]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return build(ROOT, tmp_path_factory.mktemp("built"))


@deep
@has_sources
def test_the_wheel_holds_exactly_the_packages(built: list[Path]) -> None:
    _, wheel = built
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = {name.rpartition("/")[2] for name in names if ".dist-info/" in name}
        entry_points = archive.read(next(name for name in names if name.endswith("entry_points.txt"))).decode()
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.*")]
    expected = {path.relative_to(ROOT).as_posix() for path in files if path.suffix in SHIPPED}
    assert {name for name in names if ".dist-info/" not in name} == expected
    assert metadata == {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "LICENSE", "NOTICE"}
    assert "[console_scripts]\nmockserver = mockserver.__main__:main" in entry_points
    assert "[pytest11]\nflowservice = pytest_flowservice" in entry_points


@deep
@has_sources
def test_the_sdist_holds_the_sources_and_their_tests(built: list[Path]) -> None:
    with tarfile.open(built[0]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    folders = {name.partition("/")[0] for name in names if "/" in name}
    assert folders == {*PACKAGES, ".ci", "benchmarks", "docs", "tests"}
    top = {path.name for path in ROOT.glob("*.md")} | {"CITATION.cff", "LICENSE", "NOTICE", "zensical.toml"}
    assert {name for name in names if "/" not in name} == {
        *top,
        "conftest.py",
        "pyproject.toml",
        ".gitignore",
        "PKG-INFO",
    }
    assert not [name for name in names if name.endswith((".pyc", ".db", ".key")) or "__pycache__" in name]


@nightly
@has_sources
def test_what_is_built_is_the_same_byte_for_byte(built: list[Path], tmp_path: Path) -> None:
    """Elsewhere, later, from the sdist."""
    with tarfile.open(built[0]) as archive:
        archive.extractall(tmp_path / "project", filter="data")
    (project,) = (tmp_path / "project").iterdir()
    for path in project.rglob("*"):
        os.utime(path, (2_000_000_000, 2_000_000_000))
    again = build(project, tmp_path / "built")
    assert [path.name for path in again] == [path.name for path in built]
    assert [sha256(path.read_bytes()).hexdigest() for path in again] == [
        sha256(path.read_bytes()).hexdigest() for path in built
    ]


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that has what a server needs, and nothing else; the kit itself as it is here."""
    folder = tmp_path_factory.mktemp("alone") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    rows = [row for name in ("server", "run") for row in ("-r", str(FOLDER / f"requirements-{name}.txt"))]
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--prefer-binary"]
    subprocess.run([*pip, *rows], check=True)
    (site,) = folder.rglob("site-packages")
    (site / "kit.pth").write_text(f"{SOURCES}\n")
    return python


def run_by(python: Path, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [str(python), *arguments]
    return subprocess.run(command, input=given, capture_output=True, encoding="utf-8", check=False, timeout=60)


@nightly
def test_a_server_alone_is_small_and_has_no_library_for_tests(alone: Path) -> None:
    (site,) = alone.parent.parent.rglob("site-packages")
    there = {path.name.partition("-")[0].lower() for path in site.glob("*.dist-info")}
    assert {"httptools", "jsonschema"} < there
    assert not there & {*DECLARED["FOR_TESTS"], "pygments", "pluggy"}
    of_run = ("cryptography", "cffi", "pycparser", "_cffi", "trustme")
    files = [path for path in site.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files if not path.relative_to(site).parts[0].startswith(of_run))
    assert size < LARGEST


@nightly
def test_a_server_alone_does_all_that_a_server_does(alone: Path) -> None:
    body = json.dumps(zoho() | {"name": "connection"})
    assert run_by(alone, "-m", "mockserver", "lint", "-", given=body).returncode == 0
    for command in (["openapi"], ["example", "zoho-crm"], ["export", "postman"]):
        ran = run_by(alone, "-m", "mockserver", *command)
        assert (ran.returncode, ran.stderr) == (0, "")
        assert ran.stdout
    with serving("--port", "0", "--https-port", "0", python=str(alone)) as (origin, _):
        assert create(origin, zoho()).status_code == 201
        journal = run_by(alone, "-m", "mockserver", "journal", origin)
        assert "POST" in journal.stdout
        page = requests.get(f"{origin}/__admin/", headers={"Accept": "text/html"}, timeout=10)
        assert "<title>Flow Service mock" in page.text
    asks = "import urllib.request as u; u.urlopen('https://ims-na1.adobelogin.com/ims/keys')"
    ran = run_by(alone, "-m", "mockserver", "run", "--fail-on", "none", "--", str(alone), "-c", asks)
    assert "ims" in ran.stderr


@nightly
def test_what_a_server_alone_lacks_it_names(alone: Path) -> None:
    ran = run_by(alone, "-m", "mockserver", "demo")
    told = "mockserver: demo needs rich, which isn't installed: pip install rich\n"
    assert (ran.returncode, ran.stdout, ran.stderr) == (2, "", told)
    ran = run_by(alone, "-m", "mockserver", "run", "--report", "report.html", "--", "true")
    told = "mockserver: a report in HTML needs jinja2, which isn't installed: pip install jinja2\n"
    assert (ran.returncode, ran.stderr) == (2, told)


@deep
def test_a_contract_without_the_libraries_for_tests_names_them_when_it_is_used() -> None:
    code = (
        "import sys; sys.modules['pytest'] = None\n"
        "import pydoc, contracts; from contracts import *\n"
        "print('Contract' in pydoc.render_doc(contracts))\n"
        "class TestAcme(ClientContract): pass"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert ran.stdout == "True\n"
    *_, told = ran.stderr.splitlines()
    assert told == "ImportError: ClientContract needs pytest: pip install flowservice-kit"
