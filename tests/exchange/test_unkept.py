"""Of a body that is too long for the journal no secret is shown by what quotes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mockserver import Mock, StoredMock
from tests.kit.connection import HEADERS, zoho
from tests.kit.sender import Sender, core

SECRET = "Zq7planted20261700084731"
LONG = ["x" * 50] * 2000
COQL = "/www.zohoapis.eu/crm/v8/coql"
TOKEN = {"authorization": "Zoho-oauthtoken x", "content-type": "application/json"}


@pytest.mark.parametrize("key", ["pin", "apiKey", "undeclared", "deep"])
@pytest.mark.parametrize("kind", ["memory", "store"])
def test_what_was_found_in_it_is_masked(tmp_path: Path, kind: str, key: str) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    mock = Mock() if kind == "memory" else StoredMock(url)
    sent = Sender("core", mock, core(mock))
    body = json.dumps({"select_query": {key: SECRET, "more": LONG}}).encode()
    assert sent.raw("POST", COQL, TOKEN, body).status == 400
    (row,) = mock.journal.rows()
    assert SECRET not in json.dumps(row)
    assert "not kept" in row["request"]["body"]
    assert [broken["found"][:20] for broken in row["violations"] if broken["rule"] == "ZO-COQL-01"] == [
        f'{{"{key}": "xxxx", "more'[:20]
    ]
    if kind == "store":
        other = StoredMock(url)
        assert SECRET not in other.journal.text().decode()
        other.close()
    mock.close()


@pytest.mark.parametrize("change", [{"name": {"token": SECRET}}, {"description": [SECRET]}])
def test_the_mocks_own_answer_is_masked_too(change: dict[str, Any]) -> None:
    mock = Mock()
    sent = Sender("core", mock, core(mock))
    sent("POST", "/connections", {**zoho(), **change, "more": LONG}, HEADERS)
    assert SECRET not in mock.journal.text().decode()
