"""What the pytest fixtures hand to a test. Imported only when a test asks for one."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from typing import Any

from contracts import BASE_PATH, Contract, Region
from contracts.reading.json_text import render
from contracts.reading.spelling import nearest
from mockserver.callsite import sender
from mockserver.exchange.faults import Faults
from mockserver.memory.clock import Clock
from mockserver.mock import Mock
from mockserver.services.zoho.facade import Zoho
from mockserver.services.zoho.settings import settings_of

__all__ = ["FAKE", "FlowService", "MarkerProblem", "credentials", "exchanges", "mock_for"]

FAKE = {
    "access_token": "fake-platform-access-token",
    "api_key": "fake-api-key",
    "org_id": "FAKE0ORGANISATION@AdobeOrg",
}
"""Values that nobody mistakes for real ones."""

_TERMS = ("strictness", "sandboxes", "sources", "zoho_regions", "require_issued_tokens")
_ZOHO = ("zoho_accounts", "zoho_data", "zoho_limits", "zoho_api_domain")
_SETTINGS = (*_TERMS, *_ZOHO, "faults", "org_id", "journal", "seed")


class MarkerProblem(ValueError):
    """``@pytest.mark.flow_service`` has a setting that it doesn't know, or a value that doesn't fit."""


class FlowService:
    """One isolated mock, as a test sees it.

    ``origin`` is the scheme, host and port; ``url`` the Flow Service base without a slash at its end;
    ``headers`` a full valid set, ``Content-Type`` included; ``requests`` the journal's rows, oldest first,
    as ``GET /__admin/requests`` gives them; ``zoho`` is Zoho's side.
    """

    def __init__(self, mock: Mock, origin: str, org_id: str) -> None:
        self.mock = mock
        self.origin = origin
        self.url = origin + BASE_PATH
        self.access_token = FAKE["access_token"]
        self.api_key = FAKE["api_key"]
        self.org_id = org_id
        self.sandbox_name = mock.contract.terms.default_sandbox
        self.zoho = Zoho(mock, origin)
        if mock.contract.terms.require_issued_tokens:
            mock.grant(self.access_token)

    def __repr__(self) -> str:
        return f"<FlowService at {self.origin}>"

    @property
    def headers(self) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self.access_token}",
            "x-api-key": self.api_key,
            "x-gw-ims-org-id": self.org_id,
            "x-sandbox-name": self.sandbox_name,
            "Content-Type": "application/json",
        }

    @property
    def requests(self) -> list[dict[str, Any]]:
        return self.mock.journal.rows()

    @property
    def faults(self) -> Faults:
        return self.mock.faults

    @property
    def clock(self) -> Clock:
        return self.mock.clock

    def reset(self) -> None:
        """Forget every connection, exchange and fault, and set the clock right."""
        self.mock.reset()


def mock_for(settings: Mapping[str, Any]) -> Mock:
    """The mock that the marker's ``settings`` describe, its faults set up."""
    for name in settings:
        if name not in _SETTINGS:
            near = nearest(name, _SETTINGS)
            hint = f"; nearest: {near}" if near else ""
            raise MarkerProblem(f"flow_service has no setting {name!r}; allowed: {', '.join(_SETTINGS)}{hint}")
    terms = {name: settings[name] for name in _TERMS if name in settings}
    org_id = settings.get("org_id", FAKE["org_id"])
    if not isinstance(org_id, str) or not org_id:
        raise MarkerProblem(f"org_id is a non-empty string, not {org_id!r}")
    zoho = settings_of(**{name: settings[name] for name in _ZOHO if name in settings})
    seed = settings.get("seed")
    if isinstance(seed, bool) or not isinstance(seed, int | None):
        raise MarkerProblem(f"seed is a whole number, not {seed!r}")
    mock = Mock(Contract(**terms), settings.get("journal", 1000), zoho, seed=seed)
    mock.journal.sender = sender
    for row in settings.get("faults", ()):
        mock.faults.add(**row)
    return mock


def credentials(region: Region) -> dict[str, str]:
    """The six params of a Zoho CRM connection in ``region``."""
    return {
        "endpoint": region.api_endpoint,
        "accountsUrl": region.accounts_url,
        "clientId": f"1000.FAKE{region.code.upper()}CLIENTID",
        "clientSecret": f"fake-{region.code}-client-secret",
        "accessToken": f"1000.fake-{region.code}-access-token",
        "refreshToken": f"1000.fake-{region.code}-refresh-token",
    }


def exchanges(mock: Mock, most: int = 20) -> str:
    """The newest exchanges as text for a failure report, secrets masked."""
    rows = mock.journal.rows()
    left_out = [f"({len(rows) - most} earlier exchanges left out)"] if len(rows) > most else []
    text = "\n\n".join([*left_out, *(_exchange(row) for row in rows[-most:])])
    return _PORT.sub(r"\1", text)


_PORT = re.compile(r"(http://127\.0\.0\.1):\d+")  # another each time, which says nothing


def _exchange(row: Mapping[str, Any]) -> str:
    request, response = row["request"], row["response"]
    sent = f"   sent by {row['sender']}" if row["sender"] else ""
    lines = [f"{request['method']} {request['url']}{sent}"]
    lines += [f"  > {name}: {value}" for name, value in request["headers"].items() if name in _SHOWN_HEADERS]
    lines += _body("  > ", request["body"])
    lines.append(f"  < {response['status'] or 'no answer'}" + (f"   (fault: {row['fault']})" if row["fault"] else ""))
    lines += _body("  < ", _in_short(response["body"]))
    for broken in row["violations"]:
        head = f"  {broken['severity']} {broken['rule']} ({broken['level']}, {broken['document']})"
        lines += [head, *textwrap.wrap(broken["message"], 110, initial_indent="    ", subsequent_indent="    ")]
    return "\n".join(lines)


_SHOWN_HEADERS = ("authorization", "x-api-key", "x-gw-ims-org-id", "x-sandbox-name", "content-type", "if-match")
_LONGEST_BODY = 2000  # characters


def _in_short(body: Any) -> Any:
    """Of an error only its code and its sentence, which Flow Service writes three times."""
    if isinstance(body, dict) and "errorMessage" in body:
        return f"{body['type'].rpartition('/')[2]} {body['title']}: {body['errorMessage']}"
    return body


def _body(mark: str, body: Any) -> list[str]:
    if body is None:
        return []
    text = body if isinstance(body, str) else render(body).decode("ascii")
    return [mark + (text if len(text) <= _LONGEST_BODY else text[:_LONGEST_BODY] + "…")]
