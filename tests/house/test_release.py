"""What hands out a release, and what people meet at the repository: files that others read by a schema."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.kit.depth import deep
from tests.kit.paths import ROOT

CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")
NOTES: dict[str, Any] = runpy.run_path(str(ROOT / ".ci" / "changelog.py"))
GITHUB = ROOT / ".github"
FORMS = sorted(path for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
SCHEMAS = {
    "github-workflows": sorted((GITHUB / "workflows").glob("*.yml")),
    "github-actions": [ROOT / "action.yml"],
    "github-issue-forms": FORMS,
    "github-issue-config": [GITHUB / "ISSUE_TEMPLATE" / "config.yml"],
    "dependabot": [GITHUB / "dependabot.yml"],
    "citation-file-format": [ROOT / "CITATION.cff"],
    "compose-spec": [ROOT / "docs" / "deployment" / "compose.yaml"],
}

pytestmark = pytest.mark.skipif(not GITHUB.is_dir(), reason="the repository isn't beside the tests")


@deep
@pytest.mark.parametrize("schema", SCHEMAS)
def test_what_others_read_is_what_they_can_read(schema: str, capsys: pytest.CaptureFixture[str]) -> None:
    from check_jsonschema import main

    with pytest.raises(SystemExit) as ended:
        main(["--builtin-schema", f"vendor.{schema}", *map(str, SCHEMAS[schema])])
    assert ended.value.code == 0, capsys.readouterr().out


def test_actions_are_those_of_one_version() -> None:
    used = [line for file in [*SCHEMAS["github-workflows"], *SCHEMAS["github-actions"]] for line in uses(file)]
    assert used
    assert [name for name in used if not re.fullmatch(r"[\w./-]+@v\d+\.\d+\.\d+", name)] == []


def uses(file: Path) -> list[str]:
    return re.findall(r"\buses: *(\S+)", file.read_text("utf-8"))


def test_what_may_write_in_a_release_may_do_nothing_else() -> None:
    workflow = yaml.safe_load((GITHUB / "workflows" / "release.yml").read_text("utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    jobs = workflow["jobs"]
    assert jobs["index"]["permissions"] == {"id-token": "write"}
    assert jobs["index"]["environment"] == "pypi"
    assert jobs["github"]["permissions"] == {"contents": "write"}
    assert "secrets." not in str(workflow)
    assert all(jobs[name]["if"] == "github.ref_type == 'tag'" for name in ("index", "github"))


@pytest.mark.parametrize("form", [path for path in FORMS if path.name.startswith("wrong")], ids=lambda path: path.stem)
def test_who_reports_a_mistake_is_asked_for_what_shows_it(form: Path) -> None:
    fields = {row["id"]: row for row in yaml.safe_load(form.read_text("utf-8"))["body"] if "id" in row}
    for id, word in (("lint", "mockserver lint"), ("journal", "journal"), ("version", "mockserver --version")):
        assert fields[id]["validations"]["required"]
        assert word in str(fields[id]["attributes"])


def test_the_changelog_is_by_version_the_newest_first() -> None:
    """https://keepachangelog.com/en/1.1.0/"""
    headings = re.findall(r"^## (.*)", CHANGELOG, re.MULTILINE)
    found = [NOTES["HEADING"].match(f"## {heading}") for heading in headings]
    assert all(found), headings
    versions = [tuple(map(int, each["version"].split("."))) for each in found]
    assert versions == sorted(set(versions), reverse=True)
    assert [each["date"] for each in found[1:] if each["date"] == "Unreleased"] == []
    kinds = set(re.findall(r"^### (.*)", CHANGELOG, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_a_release_tells_what_changed_in_its_version() -> None:
    text = "# Changelog\n\n## [0.2.0] - Unreleased\n\n- two\n\n## [0.1.0] - 2026-01-02\n\n- one\n"
    assert NOTES["notes"](text, "v0.1.0") == "- one\n"
    with pytest.raises(SystemExit, match="has no date"):
        NOTES["notes"](text, "v0.2.0")
    with pytest.raises(SystemExit, match="no version for the tag"):
        NOTES["notes"](text, "v0.3.0")
