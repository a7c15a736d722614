"""The page of public programs: its two files are taken, and answer what the page says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from contracts import catalogue
from mockserver import Mock
from mockserver.existing import existing_in
from tests.kit.paths import ROOT
from tests.kit.sender import Sender, core

PAGE = ROOT / "docs" / "programs.md"

pytestmark = pytest.mark.skipif(not PAGE.is_file(), reason="the documentation isn't beside the tests")


def block(place: int) -> str:
    return str(re.findall(r"```json\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)[place])


def test_its_connections_are_taken(tmp_path: Path) -> None:
    file = tmp_path / "connections.json"
    file.write_text(block(0), "utf-8")
    (existing,) = existing_in(file, catalogue())
    assert existing.tenant == ("MINE@AdobeOrg", "dev")


def test_its_stubs_carry_a_batch_and_a_query_to_their_end() -> None:
    mock = Mock(stubs=json.loads(block(1)))
    send = Sender("core", mock, core(mock))
    query = send.raw("POST", "/data/foundation/query/queries", body=b"{}").json["id"]
    assert send.raw("GET", f"/data/foundation/query/queries/{query}").json["state"] == "SUCCESS"
    batch = send.raw("POST", "/data/foundation/import/batches", body=b"{}").json["id"]
    assert send.raw("PUT", f"/data/foundation/import/batches/{batch}/datasets/1/files/a.json").status == 200
    assert send.raw("POST", f"/data/foundation/import/batches/{batch}?action=COMPLETE").status == 200
    assert send.raw("GET", f"/data/foundation/catalog/batches/{batch}").json[batch]["status"] == "success"
    assert [row["violations"] for row in mock.journal.rows()] == [[]] * 6
