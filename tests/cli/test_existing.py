"""``--connections``: base connections that a sandbox has already, with the ids that a configuration names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contracts import catalogue
from mockserver import Mock, StoredMock
from mockserver.existing import ExistingProblem, existing_in
from pytest_flowservice.settings import mock_for
from tests.kit import chain
from tests.kit.connection import HEADERS
from tests.kit.depth import few
from tests.kit.sender import Sender, core
from tests.kit.serving import typed

ID = "6c8a3f0e-1111-4222-8333-944445555666"
ROW = {
    "id": ID,
    "org_id": HEADERS["x-gw-ims-org-id"],
    "sandbox_name": "prod",
    "source": "zoho-crm",
    "name": "made by hand",
}


def file_of(folder: Path, *rows: Any) -> Path:
    file = folder / "connections.json"
    file.write_text(json.dumps(rows), "utf-8")
    return file


def test_a_program_uses_the_base_connection_that_its_configuration_names(tmp_path: Path) -> None:
    mock = Mock()
    mock.hold(existing_in(file_of(tmp_path, ROW), catalogue()))
    send = Sender("core", mock, core(mock))
    assert send.read(ID)["name"] == "made by hand"
    assert send("POST", "/sourceConnections", chain.source(ID)).status == 201
    assert send("GET", f"/connections/{ID}/test").json == {"result": True}
    assert send("GET", f"/connections/{ID}", x_sandbox_name="dev").status == 404
    send("DELETE", f"/connections/{ID}", if_match=send.read(ID)["etag"])
    mock.reset()
    assert send.read(ID)["name"] == "made by hand"


def test_the_marker_takes_rows_or_a_file_and_names_the_tests_own_organisation(tmp_path: Path) -> None:
    row = {"id": ID, "source": "zoho-crm"}
    mocks = (mock_for({"connections": given, "org_id": "MINE@AdobeOrg"}) for given in ([row], file_of(tmp_path, row)))
    for mock in mocks:
        send = Sender("core", mock, core(mock))
        assert send("GET", f"/connections/{ID}", x_gw_ims_org_id="MINE@AdobeOrg").status == 200
        assert send("GET", f"/connections/{ID}", x_gw_ims_org_id="OTHER@AdobeOrg").status == 404


def test_a_store_that_has_it_keeps_what_became_of_it(tmp_path: Path) -> None:
    existing = existing_in(file_of(tmp_path, ROW), catalogue())
    for name in ("made by hand", "changed"):
        mock = StoredMock(f"sqlite:///{tmp_path}/store.db")
        mock.hold(existing)
        send = Sender("core", mock, core(mock))
        assert send.read(ID)["name"] == name
        patch = [{"op": "replace", "path": "/name", "value": "changed"}]
        assert send("PATCH", f"/connections/{ID}", patch, if_match=send.read(ID)["etag"]).status == 200
        if name == "changed":
            mock.reset()
            assert send.read(ID)["name"] == "made by hand"
        mock.close()


@pytest.mark.parametrize(
    ("rows", "told"),
    few(
        [
            (["a text"], "/0: expected an object with id, org_id, source"),
            ([ROW, {**ROW, "source": "zoho-crn"}], "/1/source: No source named 'zoho-crn'. Did you mean 'zoho-crm'?"),
            ([{**ROW, "sandbox": "dev"}], "/0/sandbox: no such key"),
            ([{**ROW, "id": ""}], "/0/id: expected a text"),
            ([{**ROW, "id": "mine"}], '/0/id: expected a UUID, as of every connection, found "mine"'),
        ],
        2,
    ),
)
def test_a_broken_file_is_one_line_with_its_pointer(tmp_path: Path, rows: list[Any], told: str) -> None:
    file = file_of(tmp_path, *rows)
    with pytest.raises(ExistingProblem) as problem:
        existing_in(file, catalogue())
    assert str(problem.value).startswith(f"{file}: {told}")


def test_run_and_serve_take_it(tmp_path: Path) -> None:
    file = tmp_path / "connections.json"
    file.write_text("{}", "utf-8")
    for command in (["serve", "--port", "0"], ["run"]):
        result = typed(*command, "--connections", str(file), *(["--", "true"] if command == ["run"] else []))
        assert result.returncode == 2
        assert "expected a list of connections" in result.stderr
