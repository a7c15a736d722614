"""Every request that these pages of the sources print after the base connection is taken, one after the other.

``data/printed-source-requests.json`` holds them by page: ``base`` is the source whose printed body (its row in the
catalogue, see ``test_sources.py``) makes the base connection. Ids of earlier answers and of the services around stand
as ``{CONNECTION}``, ``{FLOW}``, ``{SCHEMA}``, ...; other placeholders are the page's own. ``warned`` names the rules of
contradictions that a page is on the other side of, and those that only warn; ``under`` is the strictness that takes
that side. ``shown`` are JSON Pointers of the printed answer, where ``test_printed_keys.py`` hasn't them; ``status`` is
one that the page tells of where it isn't the usual one of the method. Where a page begins with a dataflow that is there
already, another page's requests make it.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from contracts import catalogue
from tests.kit.paths import DATA
from tests.kit.printed import PRINTED, is_shown
from tests.kit.sender import Sender, under

PAGES: list[dict[str, Any]] = json.loads((DATA / "printed-source-requests.json").read_text("utf-8"))
SOURCES = {source.name: source for source in catalogue().of("source")}
STATUS = {"GET": 200, "PATCH": 200, "PUT": 200, "POST": 201, "DELETE": 204}
AROUND = {"SCHEMA": PRINTED["schemas"][0], "DATASET": PRINTED["dataSets"][0], "MAPPING": PRINTED["mappingSets"][0]}


def filled(text: str, ids: dict[str, str]) -> str:
    return re.sub(r"\{([A-Z]+)\}", lambda found: ids.get(found[1], found[0]), text)


def replay(sent: Sender, page: dict[str, Any]) -> list[str]:
    """The rules that the page's requests are warned about; each is answered as it says."""
    ids, warned = dict(AROUND), []
    if page["base"]:
        ids["CONNECTION"] = sent.create(SOURCES[page["base"]].examples[0])[0]
    for row in page["requests"]:
        body = json.loads(filled(json.dumps(row["body"]), ids)) if "body" in row else ...
        answer = sent(row["method"], filled(row["path"], ids), body, if_match="*")
        assert answer.status == row.get("status", STATUS[row["method"]]), (row["path"], answer.text)
        assert [each for each in row.get("shown", ()) if not is_shown(answer.json, each)] == [], row["path"]
        warned += [found["rule"] for found in sent.violations if answer.status < 400]
        if row["method"] == "POST":
            is_spec = row["path"] == "/connectionSpecs"  # answered whole
            assert row["body"].items() <= answer.json.items() if is_spec else set(answer.json) == {"id", "etag"}
            ids[row["path"].strip("/").partition("?")[0][:-1].upper()] = answer.json["id"]
    return warned


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page["document"].rpartition("/")[2])
def test_the_requests_of_a_page_are_taken(page: dict[str, Any]) -> None:
    # A stream's source connection is printed without data (see the contradiction streaming-data).
    warned = set(replay(under(page.get("under", "default")), page)) - {"FS-FILL-01", "FS-IN-08"}
    assert warned == set(page.get("warned", ()))
