"""A mock as a test or a program sees it."""

from __future__ import annotations

from contracts import BASE_PATH, Region
from mockserver.exchange.faults import Faults
from mockserver.exchange.journal import JournalRow
from mockserver.exchange.stubs import Stubs
from mockserver.memory.clock import Clock
from mockserver.mock import Mock
from mockserver.services.zoho.facade import Zoho

__all__ = ["FAKE", "FlowService", "credentials"]

FAKE = {
    "access_token": "fake-platform-access-token",
    "api_key": "fake-api-key",
    "org_id": "FAKE0ORGANISATION@AdobeOrg",
}
"""Values that nobody mistakes for real ones."""

_PLATFORM = "https://platform.adobe.io"
_IMS = "https://ims-na1.adobelogin.com"


class FlowService:
    """One isolated mock, as a test sees it.

    ``origin`` is the scheme, host and port; ``url`` the Flow Service base without a slash at its end; ``ims_url`` where
    IMS is: ``ims_url + "/token/v3"`` answers tokens, and so does ``"/ims/token/v3"``, as at the real host;
    ``headers`` a full valid set, ``Content-Type`` included; ``requests`` the journal's rows, oldest first,
    as ``GET /__admin/requests`` gives them; ``zoho`` is Zoho's side.
    """

    def __init__(self, mock: Mock, origin: str, org_id: str) -> None:
        self.mock = mock
        self.origin = origin
        self.url = origin + BASE_PATH
        self.ims_url = (_IMS if origin == _PLATFORM else origin) + "/ims"
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
        """The five headers of a sound call; a copy, to be changed at will."""
        return {
            "Authorization": f"Bearer {self.access_token}",
            "x-api-key": self.api_key,
            "x-gw-ims-org-id": self.org_id,
            "x-sandbox-name": self.sandbox_name,
            "Content-Type": "application/json",
        }

    @property
    def requests(self) -> list[JournalRow]:
        """What arrived, oldest first, as ``GET /__admin/requests`` tells it: secrets masked, ``at`` in milliseconds."""
        return self.mock.journal.rows()

    @property
    def faults(self) -> Faults:
        """Trouble to come; one that a call never meets fails the test, unless ``optional=True``."""
        return self.mock.faults

    @property
    def stubs(self) -> Stubs:
        """Answers of the test's own, where the mock has none or in place of its own."""
        return self.mock.stubs

    @property
    def clock(self) -> Clock:
        """The mock's time; ``advance(seconds)`` moves it on."""
        return self.mock.clock

    def reset(self) -> None:
        """Forget every connection, exchange, fault and stub, and set the clock right."""
        self.mock.reset()


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
