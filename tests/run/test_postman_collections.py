"""The requests of Adobe's own Postman collections, sent by newman, get the answers that Adobe documents.

``data/postman-requests.json`` holds them (adobe/experience-platform-postman-samples). As there, a variable stands
wherever a user has a value of their own: ``sets`` are the values that one fills in, ``keeps`` what is taken from an
answer for later ones. As there, too, what has no value isn't sent. ``error`` is the end of the answer's ``type``,
``rule`` what the journal names.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from mockserver import Mock
from mockserver.platform import FlowService
from tests.kit.connection import HEADERS
from tests.kit.ims import jwt
from tests.kit.journey import filled, journey_in
from tests.kit.paths import DATA
from tests.kit.running import missing

pytestmark = [
    pytest.mark.deep,
    pytest.mark.skipif(bool(missing("node:newman")), reason=missing("node:newman")),
]

ROWS: list[dict[str, Any]] = json.loads((DATA / "postman-requests.json").read_text("utf-8"))
USUAL = {
    "Accept": "application/json",
    "Content-Type": "application/json",
    "Authorization": "Bearer {{ACCESS_TOKEN}}",
    "x-api-key": "{{API_KEY}}",
    "x-gw-ims-org-id": "{{IMS_ORG}}",
    "x-sandbox-name": "{{SANDBOX_NAME}}",
}
WITHOUT_VALUE_IS_NOT_SENT = """
const isEmpty = text => /^\\{\\{.*\\}\\}$/.test(text) && !pm.variables.get(text.slice(2, -2));
pm.request.headers.each(header => isEmpty(header.value) && pm.request.headers.remove(header.key));
pm.request.url.query.remove(parameter => isEmpty(parameter.value));
"""
PROGRAM = """
require('newman').run({collection: require('./collection.json'), environment: require('./environment.json')},
  (error, summary) => {
    const answers = summary.run.executions.map(({item, response, requestError}) =>
      [item.name, response && response.code, response ? response.stream.toString() : String(requestError)]);
    require('fs').writeFileSync('answers.json', JSON.stringify(answers));
  });
"""


def item(row: dict[str, Any], ids: dict[str, str]) -> dict[str, Any]:
    """A row as an item of a collection, in Postman's format."""
    variables = [{"id": name, "value": f"{{{{{name}}}}}"} for name in re.findall(r"/:([^/?]+)", row["url"])]
    path, _, query = row["url"].partition("?")
    parameters = [dict(zip(("key", "value"), text.split("=", 1), strict=True)) for text in query.split("&") if text]
    protocol, host, *segments = re.split(r"://|/", path)
    url = {"protocol": protocol, "host": host.split("."), "path": segments, "query": parameters, "variable": variables}
    headers = {} if "form" in row else {**USUAL, **row.get("headers", {})}
    form = [{"key": key, "value": value, "type": "text"} for key, value in row.get("form", {}).items()]
    body = {"mode": "raw", "raw": row["body"]} if "body" in row else {"mode": "formdata", "formdata": form}
    given = {
        name: value if isinstance(value, str) else json.dumps(value) for name, value in row.get("sets", {}).items()
    }
    before = f"Object.entries({json.dumps(filled(given, ids))}).forEach(each => pm.environment.set(...each));"
    after = [f"pm.environment.set('{name}', pm.response.json()['{key}'])" for name, key in row.get("keeps", {}).items()]
    return {
        "name": row["name"],
        "event": [
            {"listen": "prerequest", "script": {"exec": [before, WITHOUT_VALUE_IS_NOT_SENT]}},
            {"listen": "test", "script": {"exec": after}},
        ],
        "request": {
            "method": row["method"],
            "header": [{"key": key, "value": value} for key, value in headers.items()],
            "body": body,
            "url": url,
        },
    }


def environment(mock: Mock) -> dict[str, Any]:
    """Postman Environment Template.postman_environment.json, filled in."""
    values = {
        "IMS": "ims-na1.adobelogin.com",
        "IMS_ORG": HEADERS["x-gw-ims-org-id"],
        "API_KEY": HEADERS["x-api-key"],
        "SANDBOX_NAME": HEADERS["x-sandbox-name"],
        "ACCESS_TOKEN": HEADERS["Authorization"].removeprefix("Bearer "),
        "CLIENT_SECRET": "fake",
        "JWT_TOKEN": jwt(mock, aud=f"https://ims-na1.adobelogin.com/c/{HEADERS['x-api-key']}"),
        "CONTAINER_ID": "tenant",
    }
    return {"name": "Acme", "values": [{"key": key, "value": value, "enabled": True} for key, value in values.items()]}


@pytest.mark.flow_service(sandboxes=["prod", "dev"])
def test_adobes_collections_run(flow_service_hosts: FlowService, tmp_path: Path) -> None:
    ids = journey_in(flow_service_hosts.mock)
    collection = {"info": {"name": "all of them"}, "item": [item(row, ids) for row in ROWS]}
    for name, document in (("collection", collection), ("environment", environment(flow_service_hosts.mock))):
        (tmp_path / f"{name}.json").write_text(json.dumps(document), "utf-8")
    (tmp_path / "send.cjs").write_text(PROGRAM, "utf-8")
    subprocess.run(["node", "send.cjs"], cwd=tmp_path, check=True, timeout=120, capture_output=True)
    answers = json.loads((tmp_path / "answers.json").read_text("utf-8"))
    assert [(name, status) for name, status, _ in answers] == [(row["name"], row["status"]) for row in ROWS]
    told = [[found["rule"] for found in each["violations"]] for each in flow_service_hosts.requests]
    for row, (name, _, text), rules in zip(ROWS, answers, told, strict=True):
        assert row.get("rule") in (None, *rules[:1]), name
        assert json.loads(text)["type"].endswith(row["error"]) if "error" in row else True, name
