"""docs/deployment: what the manifests name exists, and what they run runs."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockserver.cli.serve import command
from mockserver.stored.address import address_of
from tests.kit.paths import ROOT
from tests.kit.serving import serving, shell

pytestmark = pytest.mark.deep

FOLDER = ROOT / "docs" / "deployment"
TEXT = (FOLDER.parent / "deployment.md").read_text("utf-8")
DOCKERFILE = [
    line.split(maxsplit=1)
    for line in (FOLDER / "Dockerfile").read_text("utf-8").splitlines()
    if line[:1] not in ("", "#")
]
COMPOSE = yaml.safe_load((FOLDER / "compose.yaml").read_text("utf-8"))
SECRET, DEPLOYMENT, SERVICE = yaml.safe_load_all((FOLDER / "kubernetes.yaml").read_text("utf-8"))
(POD,) = DEPLOYMENT["spec"]["template"]["spec"]["containers"]
KNOWN = {str(each.envvar) for each in command.params} | {"MOCKSERVER_STORE_KEY", "MOCKSERVER_ADMIN_TOKEN"}


def instruction(name: str) -> str:
    (found,) = [rest for word, rest in DOCKERFILE if word == name]
    return found


def settings_of_the_image() -> dict[str, str]:
    settings = dict(each.split("=") for each in instruction("ENV").split())
    assert settings.pop("PATH") == "/opt/mock/bin:$PATH"
    return settings


def test_the_image_has_no_library_for_tests_and_runs_as_nobody_in_particular() -> None:
    steps = [rest for word, rest in DOCKERFILE if word == "RUN" and " install " in rest]
    assert ["-r /requirements/requirements-$each.txt" in step for step in steps] == [True, False]
    assert "--no-deps /src" in steps[1]
    assert int(instruction("USER")) > 0
    assert POD["securityContext"]["readOnlyRootFilesystem"]
    assert POD["securityContext"]["runAsNonRoot"]
    assert COMPOSE["services"]["mock"]["read_only"]


def test_what_the_image_is_made_from_is_let_through() -> None:
    through = {line[2:] for line in (FOLDER / "Dockerfile.dockerignore").read_text("utf-8").splitlines() if "!" in line}
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    wanted = {*packages["packages"], "pyproject.toml", "README.md", "LICENSE", "NOTICE"}
    assert through == {*wanted, "docs/deployment/requirements-*.txt"}


@pytest.mark.parametrize(
    "arguments", [json.loads(instruction("CMD")), COMPOSE["services"]["mock"]["command"], POD["args"]]
)
def test_the_commands_are_the_clis_own(arguments: list[str]) -> None:
    assert json.loads(instruction("ENTRYPOINT")) == ["mockserver"]
    assert arguments[0] == command.name
    command.make_context("mockserver", arguments[1:])  # raises where an option isn't known


def test_every_setting_is_one_that_the_server_reads() -> None:
    in_pod = {each["name"] for each in POD["env"]}
    in_compose = set(COMPOSE["services"]["mock"]["environment"])
    assert in_pod == in_compose == {"MOCKSERVER_STORE", "MOCKSERVER_STORE_KEY", "MOCKSERVER_ADMIN_TOKEN"}
    assert in_pod | settings_of_the_image().keys() <= KNOWN
    assert set(re.findall(r"MOCKSERVER_[A-Z_]+", TEXT)) <= KNOWN


def test_the_port_is_the_same_everywhere() -> None:
    port = settings_of_the_image()["MOCKSERVER_PORT"]
    assert instruction("EXPOSE") == port
    assert COMPOSE["services"]["mock"]["ports"] == [f"127.0.0.1:{port}:{port}"]
    (named,) = POD["ports"]
    assert (named["name"], named["containerPort"]) == ("http", int(port))
    assert SERVICE["spec"]["ports"][0]["targetPort"] == "http"
    assert POD["readinessProbe"]["httpGet"]["port"] == POD["livenessProbe"]["tcpSocket"]["port"] == "http"
    assert f":{port}/__admin/health" in instruction("HEALTHCHECK")


def test_what_refers_to_something_finds_it() -> None:
    labels = DEPLOYMENT["spec"]["template"]["metadata"]["labels"]
    assert labels == DEPLOYMENT["spec"]["selector"]["matchLabels"] == SERVICE["spec"]["selector"]
    references = [each["valueFrom"]["secretKeyRef"] for each in POD["env"]]
    assert {each["name"] for each in references} == {SECRET["metadata"]["name"]}
    assert [each["key"] for each in references] == list(SECRET["stringData"])
    assert len(SECRET["stringData"]["store-key"]) >= 32
    assert COMPOSE["services"]["mock"]["depends_on"].keys() <= COMPOSE["services"].keys()
    build = COMPOSE["services"]["mock"]["build"]
    assert (FOLDER / build["context"] / build["dockerfile"]).samefile(FOLDER / "Dockerfile")
    for link in re.findall(r"\]\(([^)#]+)\)", TEXT):
        assert (FOLDER.parent / link).exists(), link


def test_the_stores_are_stores() -> None:
    given = os.path.expandvars(COMPOSE["services"]["mock"]["environment"]["MOCKSERVER_STORE"].replace(":?}", "}"))
    for url in (given, SECRET["stringData"]["store"]):
        assert address_of(url).url.drivername == "postgresql+psycopg"
    database = COMPOSE["services"]["database"]["environment"]
    at = address_of(SECRET["stringData"]["store"]).url
    assert (at.username, at.database) == (database["POSTGRES_USER"], database["POSTGRES_DB"])
    assert address_of(given).url.host in COMPOSE["services"]


def test_the_images_commands_run_and_its_probes_are_content(tmp_path: Path) -> None:
    environment = settings_of_the_image() | {
        "MOCKSERVER_PORT": "0",
        "MOCKSERVER_STORE": f"sqlite:///{tmp_path}/store.db",
        "MOCKSERVER_STORE_KEY": SECRET["stringData"]["store-key"],
        "MOCKSERVER_ADMIN_TOKEN": SECRET["stringData"]["admin-token"],
    }
    with serving(*COMPOSE["services"]["mock"]["command"][1:], **environment) as (origin, _):
        port = origin.rpartition(":")[2]
        assert origin == f"http://0.0.0.0:{port}"
        probe = json.loads(instruction("HEALTHCHECK").partition(" CMD ")[2])
        probe = [part.replace(":8080/", f":{port}/") for part in probe]
        ran = subprocess.run([sys.executable, *probe[1:]], capture_output=True, timeout=30, check=False)
        assert ran.returncode == 0, ran.stderr
        path = POD["readinessProbe"]["httpGet"]["path"]
        asked = f"import urllib.request as u; print(u.urlopen('http://127.0.0.1:{port}{path}', timeout=9).status)"
        assert shell(f"{shlex.quote(sys.executable)} -c {shlex.quote(asked)}", tmp_path) == "200\n"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def test_the_docs_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install, serve, alone, compose = blocks("sh")
    assert install == "pip install 'flowservice-kit[store]'\n"
    assert alone == "pip install -r docs/deployment/requirements-server.txt\npip install --no-deps .\n"
    monkeypatch.chdir(tmp_path)
    arguments = shlex.split(serve)
    assert arguments[:2] == ["mockserver", "serve"]
    with serving("--port", "0", *arguments[2:]) as (origin, _):
        assert origin.startswith("http://127.0.0.1:")
    exports = "".join(line for line in compose.splitlines(keepends=True) if line.startswith("export"))
    shown = shell(f"{exports}\necho ${{#MOCKSERVER_STORE_KEY}} $POSTGRES_PASSWORD $MOCKSERVER_ADMIN_TOKEN", tmp_path)
    assert re.fullmatch(r"44 [0-9a-f]{32} [0-9a-f]{32}\n", shown)


def test_the_docs_python_runs(tmp_path: Path) -> None:
    (code,) = blocks("python")
    done: Any = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, timeout=60, check=False)
    assert done.returncode == 0
    assert (tmp_path / "file.db").exists()
