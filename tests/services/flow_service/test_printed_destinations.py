"""Every request about destinations that could be had from Adobe's pages, in the order of its page, with its answer.

``data/printed-destination-requests.json`` holds them as printed, but for ids: ``{ba-source}`` is what the row with that
``keeps`` was answered, ``{amazon-s3-destination flow}`` a part of the road to that destination, made where it is first
asked for. Placeholders in capitals and in angle brackets are the pages' own. ``rules`` are those that the journal
names, ``FS-FILL-01`` aside: where the request is refused, what refuses it, else warnings. ``note`` says where a row
isn't the page's request or where the page slips; ``repeat`` how often it is sent. The usual headers are sent, which
some pages leave out; If-Match has the etag of the time.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.kit.connection import HEADERS
from tests.kit.destinations import Road, road
from tests.kit.paths import DATA
from tests.kit.sender import Answer, Sender, under

ROWS: list[dict[str, Any]] = json.loads((DATA / "printed-destination-requests.json").read_text("utf-8"))
PAGES = {
    page: [row for row in ROWS if row["document"] == page] for page in dict.fromkeys(row["document"] for row in ROWS)
}
MADE = re.compile(r"\{([a-z0-9-]+)(?:/(datasets))?(?: (base|source|target|flow))?\}")


class Page:
    """Plays the requests of one page on a mock."""

    def __init__(self, sent: Sender) -> None:
        self.sent = sent
        self.kept: dict[str, str] = {}
        self.roads: dict[tuple[str, str], Road] = {}

    def played(self, row: dict[str, Any]) -> tuple[int, list[str]]:
        """Status of the answer, and the rules that were broken."""
        path = self.filled(row["path"])
        for _ in range(row.get("repeat", 1)):
            answer = self.answer(row, path)
        if "keeps" in row:
            self.kept[row["keeps"]] = answer.json["id"]
        found = [each["rule"] for each in self.sent.violations if each["rule"] != "FS-FILL-01"]
        return answer.status, sorted(set(found))

    def answer(self, row: dict[str, Any], path: str) -> Answer:
        document = self.filled(row["body"]) if "body" in row else ...
        headers = dict(row.get("headers", {}))
        if row["method"] == "PATCH":
            headers["if-match"] = self.sent("GET", path).json["items"][0]["etag"]
        if path.startswith("/data/"):
            body = b"" if document is ... else json.dumps(document).encode()
            return self.sent.raw(row["method"], path, {**HEADERS, **headers}, body)
        return self.sent(row["method"], path, document, {**HEADERS, **headers})

    def filled(self, value: Any) -> Any:
        """``value`` with ids for what its texts name, which may stand in keys too."""
        if isinstance(value, str):
            return MADE.sub(self.id_of, value)
        if isinstance(value, list):
            return [self.filled(each) for each in value]
        if isinstance(value, dict):
            return {self.filled(name): self.filled(each) for name, each in value.items()}
        return value

    def id_of(self, found: re.Match[str]) -> str:
        name, carried, part = found[1], found[2] or "audiences", found[3]
        if part is None:
            return self.kept[name]
        if (name, carried) not in self.roads:
            self.roads[name, carried] = road(self.sent, name, carried)
        return str(getattr(self.roads[name, carried], part))


@pytest.mark.parametrize("document", PAGES, ids=lambda document: document.rpartition("/")[2])
def test_the_printed_requests_of_a_page_are_answered(document: str) -> None:
    page = Page(under("default"))
    told = [(row, page.played(row)) for row in PAGES[document]]
    assert [
        f"{row['method']} {row['path']}: {found}"
        for row, found in told
        if found != (row["status"], row.get("rules", []))
    ] == []
