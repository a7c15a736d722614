"""What a client's class is handed, as its author sees it: where to send, and as whom."""

from __future__ import annotations

from typing import Any, Protocol

from contracts.sources.regions import Region

__all__ = ["Activation", "DatasetExport", "Platform", "Sending", "ZohoServers"]


class ZohoServers(Protocol):
    """Zoho's side of a platform."""

    def accounts_url(self, region: str | Region) -> str:
        """That region's accounts server."""

    def api_domain(self, region: str | Region) -> str:
        """That region's CRM."""

    def now(self) -> float:
        """The platform's time in seconds since 1970."""


class Platform(Protocol):
    """One tenant of one platform. Everything that a client needs to know of it stands here."""

    @property
    def url(self) -> str:
        """The Flow Service base, without a slash at its end."""

    @property
    def origin(self) -> str:
        """Scheme, host and port, below which every service of Platform has its documented path."""

    @property
    def ims_url(self) -> str:
        """Where IMS is, for a client that fetches its own token: ``ims_url + "/token/v3"``."""

    @property
    def access_token(self) -> str:
        """A token that is taken as it is."""

    @property
    def api_key(self) -> str:
        """The client's id, sent as ``x-api-key``."""

    @property
    def org_id(self) -> str:
        """The organisation, sent as ``x-gw-ims-org-id``."""

    @property
    def sandbox_name(self) -> str:
        """The sandbox, sent as ``x-sandbox-name``."""

    @property
    def headers(self) -> dict[str, str]:
        """All five headers, a new mapping each time."""

    @property
    def zoho(self) -> ZohoServers:
        """Zoho's accounts servers and CRM, as this platform imitates them."""


class Sending(Protocol):
    """What is to be sent to a destination by one flow: what an `Activation` and a `DatasetExport` share.

    Nothing of it is to be changed. The methods give the documented JSON of each resource, new objects each time; a
    client may use them, or the attributes alone.
    """

    @property
    def name(self) -> str:
        """The flow's. The same name means the same flow: where there is one on the platform, no other is made."""

    @property
    def destination(self) -> str:
        """The destination's key, as ``mockserver sources --kind destination`` lists it."""

    @property
    def connection_spec(self) -> dict[str, str]:
        """``id`` and ``version`` of the destination's, for the base connection and for the target connection."""

    @property
    def flow_spec(self) -> dict[str, str]:
        """``id`` and ``version`` of the flow's."""

    @property
    def auth(self) -> dict[str, Any] | None:
        """``specName`` and ``params`` of the base connection; ``None`` where the destination has no credentials."""

    @property
    def data(self) -> dict[str, Any] | None:
        """``data`` of the target connection; ``None`` where the destination's has none."""

    @property
    def params(self) -> dict[str, Any]:
        """``params`` of the target connection."""

    def source_connection(self) -> dict[str, Any]:
        """The body of POST /sourceConnections."""

    def base_connection(self) -> dict[str, Any]:
        """The body of POST /connections."""

    def target_connection(self, base_connection_id: str) -> dict[str, Any]:
        """The body of POST /targetConnections."""

    def flow(self, source_connection_id: str, target_connection_id: str) -> dict[str, Any]:
        """The body of POST /flows."""


class Activation(Sending, Protocol):
    """Audiences that are to be activated."""

    @property
    def selectors(self) -> list[dict[str, Any]]:
        """The audiences: each a ``type`` and a ``value`` with id, name and, for files, file name and schedule."""

    def operations(self) -> list[dict[str, Any]]:
        """The body of PATCH /flows/{id} that adds each of the `selectors` behind those that are there."""

    @property
    def attributes(self) -> list[dict[str, Any]]:
        """Attributes of streams and legacy files, each a ``type`` and a ``value`` with a path; else empty."""

    @property
    def mandatory_fields(self) -> list[str]:
        """``mandatoryFields`` of files of today; else empty."""

    @property
    def primary_fields(self) -> list[dict[str, str]]:
        """``primaryFields`` of files of today, the keys of deduplication; else empty."""

    @property
    def profile_mapping(self) -> dict[str, Any] | None:
        """``profileMapping`` of files of today: ``mappingId`` and ``mappingVersion``; else ``None``."""

    def operations_beside(self) -> list[dict[str, Any]]:
        """The body of PATCH /flows/{id} that adds attributes, keys and mapping set."""


class DatasetExport(Sending, Protocol):
    """Datasets that are to be exported. A name never comes with other datasets or another schedule."""

    @property
    def datasets(self) -> list[dict[str, str]]:
        """Each a ``dataSetId`` and a ``name``."""

    @property
    def schedule(self) -> dict[str, Any]:
        """``scheduleParams`` of the flow."""
