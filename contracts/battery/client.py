"""The client under test: what its author writes, and nothing else but the tests and `play`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pytest

from contracts.battery.calls import Connection
from contracts.battery.findings import known_findings
from contracts.battery.platform import Activation, DatasetExport, Platform, ZohoServers
from contracts.battery.play import BATTERY, Play
from contracts.battery.sendings import AUDIENCES, serving
from contracts.battery.settings import SETTINGS, check_names, check_settings
from contracts.reading.spelling import nearest
from contracts.sources.regions import Region, documented_regions

__all__ = ["METHODS", "OTHERS", "SENDERS", "Client", "checks"]

OTHERS = ("get_connection", "list_connections", "update_connection", "delete_connection", "check_connection")
SENDERS = ("activate", "export_dataset")
METHODS = ("create_connection", *OTHERS, "zoho_client", "zoho_records", *SENDERS)


def checks(*rules: str) -> pytest.MarkDecorator:
    """Puts the ids of the rules that a test checks into its test id."""
    return pytest.mark.parametrize("rule", rules)


class Client:
    """Subclass this, or one of the groups, and write `create_connection`; the rest is optional."""

    errors: ClassVar[type[Exception] | tuple[type[Exception], ...]] = Exception
    """What the client raises when the platform refuses."""
    regions: ClassVar[tuple[str, ...]] = ("us", "au", "eu", "in", "cn")
    destinations: ClassVar[tuple[str, ...]] = ("amazon-s3-destination",)
    """Keys of the destinations that `activate` and `export_dataset` send to; the first one is used most."""
    sends: ClassVar[tuple[str, ...]] = ()
    """What `activate` sends of an activation beside its audiences: "attributes", "keys", "mapping"."""
    max_examples: ClassVar[int] = 20
    timeout: ClassVar[float] = 5.0
    """Seconds within which one call on a stalled answer must have failed."""
    known_findings: ClassVar[str | Path | None] = None
    """A file beside the class's own, with a rule's id and a reason on each line; these findings are expected."""

    def create_connection(self, platform: Platform, connection: Connection) -> Any:
        """Create ``connection`` on ``platform``; a mapping or object with id and etag, or the pair of them."""
        raise NotImplementedError("write create_connection(self, platform, connection)")

    def get_connection(self, platform: Platform, id: str) -> Any: ...

    def list_connections(self, platform: Platform) -> Any: ...

    def update_connection(self, platform: Platform, id: str, etag: str, operations: list[dict[str, Any]]) -> Any: ...

    def delete_connection(self, platform: Platform, id: str) -> Any: ...

    def check_connection(self, platform: Platform, id: str) -> Any: ...

    def zoho_client(self, zoho: ZohoServers, region: Region, credentials: dict[str, str]) -> Any: ...

    def zoho_records(self, client: Any, module: str) -> Any: ...

    def activate(self, platform: Platform, activation: Activation) -> Any: ...

    def export_dataset(self, platform: Platform, export: DatasetExport) -> Any: ...

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        if cls.__module__.startswith("contracts.battery"):
            BATTERY[cls] = dict(vars(cls))
            return
        check_names(cls, (*METHODS, *SETTINGS))
        check_settings(cls)
        _check_destinations(cls)
        unknown = [code for code in cls.regions if code not in documented_regions()]
        if unknown or not cls.regions:
            codes = ", ".join(documented_regions())
            raise ValueError(f"{cls.__name__}.regions: no region {', '.join(unknown) or 'given'}; allowed: {codes}")
        known_findings(cls)  # an error in the file is told where the class is made

    @pytest.fixture(autouse=True)
    def _contract_test(self, request: pytest.FixtureRequest, _flow_service_stage: Any) -> None:
        play = vars(self)["play"] = Play(self, request.node, _flow_service_stage)
        play.greet()

    @property
    def play(self) -> Play:
        """The test that runs; a property, so that nothing else can be put in its place without a word."""
        play: Play = vars(self)["play"]
        return play


def _check_destinations(client: type[Client]) -> None:
    """`ValueError` for a key that is no destination's; the catalogue is read for those that are set alone."""
    known = Client.destinations if client.destinations == Client.destinations else (*serving(AUDIENCES),)
    for key in client.destinations:
        if key not in known:
            near = nearest(key, known)
            hint = f"; nearest: {near}" if near else ""
            raise ValueError(f"{client.__name__}.destinations: no flow of the catalogue goes to {key!r}{hint}")
    if not client.destinations:
        raise ValueError(f"{client.__name__}.destinations: none given")


BATTERY[Client] = dict(vars(Client))
