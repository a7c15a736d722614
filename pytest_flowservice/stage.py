"""Where the client contract is played: platforms whose every exchange is recorded and whose answers can be changed."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from weakref import WeakKeyDictionary
from zlib import crc32

from contracts import BASE_PATH, ERRORS, ZOHO_CRM, Request
from contracts.judging.points import points_of
from contracts.judging.violations import Violation
from contracts.reading import json_text
from mockserver.exchange.journal import Exchange as Journalled
from mockserver.exchange.response import Delivery, Response, error_response
from mockserver.hosts import locate
from mockserver.http.server import Server, ServerThread
from mockserver.memory.clock import Clock
from mockserver.mock import Mock
from mockserver.platform import FlowService
from pytest_flowservice.callsite import Step, awaiting, sender, steps
from pytest_flowservice.exchange import FLOW_SERVICE, Exchange, Secrets
from pytest_flowservice.leaving import Attempt, kept_in

__all__ = ["Platform", "Stage"]

IMS = "ims"

Change = Callable[[Mapping[str, str], dict[str, str], bytes], tuple[dict[str, str], bytes]]
"""From a request's headers, an answer's headers and its body to another answer's headers and body."""


@dataclass(frozen=True)
class Scene:
    """What the next calls meet; see `Platform.play`."""

    answer: Response | None
    delivery: Delivery
    commit: bool
    change: Change | None
    method: str | None
    times: int | None
    skip: int
    service: str
    met: Future[None] = field(default_factory=Future)


class Platform(FlowService):
    """A `FlowService` as the client under test sees it, with a record of its traffic."""

    def __init__(self, mock: Mock, server: Server, identity: Mapping[str, str], traffic: Traffic) -> None:
        super().__init__(mock, server.origin, identity["org_id"])
        self.access_token = identity["access_token"]
        self.api_key = identity["api_key"]
        self.sandbox_name = identity["sandbox_name"]
        self._traffic = traffic
        self.identity = dict(identity)
        for name, value in identity.items():
            _GIVEN.setdefault(name, set()).add(value)

    @property
    def tokens(self) -> tuple[str, ...]:
        """What counts as this platform's own: `access_token`, and what IMS issued to its client or organisation."""
        own = self.identity
        issued = (_ISSUED.get(own[owner], {}) for owner in ("api_key", "org_id"))
        return (own["access_token"], *dict.fromkeys(itertools.chain(*issued)))

    def is_anothers(self, attribute: str, value: str | None) -> bool:
        """Whether ``value`` is one that only another platform can have given. Names of sandboxes are in common use."""
        if attribute == "sandbox_name":
            return value == _EARLIER_SANDBOX
        if attribute == "access_token" and any(value in tokens for tokens in _ISSUED.values()):
            return True
        return value in _GIVEN[attribute]

    @property
    def traffic(self) -> list[Exchange]:
        """Every exchange with this URL so far."""
        return list(self._traffic.exchanges)

    def play(
        self,
        *,
        error: str | None = None,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        kind: Literal["whole", "drop", "truncate", "stall"] = "whole",
        delay: float = 0.0,
        until: Future[None] | None = None,
        pieces: int = 1,
        commit: bool = False,
        change: Change | None = None,
        method: str | None = None,
        times: int | None = None,
        skip: int = 0,
        service: str = FLOW_SERVICE,
    ) -> Future[None]:
        """Set the scene for the next ``times`` calls (default: all) to ``service`` with ``method`` (default: any).

        They are counted after the first ``skip``.

        ``error`` is a documented error's id; ``status``, ``headers`` and ``body`` are any answer; ``change``
        works on the true one. Without ``commit`` a call that isn't answered truly isn't carried out. What is
        returned is done once a call has met the scene.
        """
        answer: Response | None = None
        if error is not None:
            row = ERRORS[error]
            details = {"message": "refused", "type": "connections", "id": "x", "version": "x", "entity": "x"}
            answer = error_response(row, details, "request", headers)
        elif status is not None:
            answer = Response(status, dict(headers or {}), body)
        delivery = Delivery(kind, delay, pieces, until)
        scene = self._traffic.scene = Scene(answer, delivery, commit, change, method, times, skip, service)
        return scene.met

    def begin(self) -> None:
        """A call of the client begins; it may have as many requests as any other."""
        self._traffic.left = _BUDGET
        self._traffic.until = time.monotonic() + _SECONDS
        self._traffic.callers.append(self.org_id)

    def end(self) -> None:
        """It has come back."""
        self._traffic.callers.remove(self.org_id)

    @property
    def has_scene(self) -> bool:
        return self._traffic.scene is not None

    @property
    def is_exhausted(self) -> bool:
        """Whether the call had more requests, or took longer, than any that ends would."""
        return self._traffic.left < 0

    def connections(self) -> list[dict[str, Any]]:
        """What is stored for this platform's organisation and sandbox, without a request."""
        return self.stored("connections")

    def stored(self, collection: str) -> list[dict[str, Any]]:
        """The documents of another collection of Flow Service's."""
        return self.mock.stored((self.org_id, self.sandbox_name), collection)

    def patch(self, id: str, path: str, value: str) -> None:
        """Somebody else changes a connection."""
        self.ask("PATCH", f"/connections/{id}", [{"op": "replace", "path": path, "value": value}])

    def ask(self, method: str, path: str, document: Any = None) -> Any:
        """Somebody else asks Flow Service, for the same tenant; what is answered, if that is JSON."""
        headers = {key.lower(): value for key, value in self.headers.items()}
        body = b"" if document is None else json_text.render(document)
        answer = self.mock.handle(Request(method, BASE_PATH + path, {**headers, "if-match": "*"}, body))
        return json_text.parse(answer.body) if answer.body else None

    def seed(self, names: list[str], params: Mapping[str, str], description: str | None = None) -> list[str]:
        """Store connections of those names without a request; their ids."""
        more = {} if description is None else {"description": description}
        auth = {"specName": "Basic Authentication", "params": dict(params)}
        spec = {"id": ZOHO_CRM, "version": "1.0"}
        documents = [{"name": name, **more, "auth": auth, "connectionSpec": spec} for name in names]
        return [self.mock.store((self.org_id, self.sandbox_name), document) for document in documents]


# A client that never gives up would never come back: of one call so many requests meet the scene, so many more are
# answered truly, and then it is refused.
_BUDGET, _TRUE, _SECONDS = 400, 385, 15.0
_ENOUGH = error_response(ERRORS["FLOW-1100-400"], {"message": "too many requests of one call"}, "request")


_GIVEN: dict[str, set[str]] = {}
"""By an attribute of the identity, every value that a platform of this process had."""

_EARLIER_SANDBOX = "met-earlier"

_ISSUED: dict[str, dict[str, None]] = {}
"""The tokens that IMS issued to a client, by its id, or while an organisation's calls were under way, by its. They are
kept for good, as a client may keep them."""


class Traffic:
    """What came to one mock, and the scene that it meets."""

    def __init__(self, mock: Mock) -> None:
        self.exchanges: list[Exchange] = []
        self._secrets = Secrets(self.exchanges)
        self.scene: Scene | None = None
        self.left = _BUDGET
        self.until = time.monotonic() + _SECONDS
        self.callers: list[str] = []  # the organisations whose calls are under way
        self._mock = mock
        self._refused: tuple[Violation, ...] = ()
        mock.journal.listeners.append(self._hear)
        self._lock = threading.Lock()

    def _hear(self, written: Journalled, _: float) -> None:
        self._refused = tuple(written.call.errors)

    def handle(self, request: Request) -> Response:
        with self._lock:
            at, line = time.monotonic(), sender()
            if at > self.until:
                self.left = min(self.left, -1)
            call = self._mock.contract.judge(request, locate(request)[1])
            exchange = Exchange(request, call, _ENOUGH, at, line, secrets=self._secrets)
            self.left -= exchange.service != IMS  # whoever asks for tokens meets the scene as often as others do
            scene = self._next_scene(exchange) if self.left >= _TRUE else None
            if self.left >= 0:
                self._refused = ()
                exchange = replace(exchange, response=self._answer(request, scene), refused=self._refused)
            if scene is not None and not scene.met.done():
                scene.met.set_result(None)
            self._remember_token(exchange)
            self.exchanges.append(exchange)
            return exchange.response

    def _remember_token(self, exchange: Exchange) -> None:
        if exchange.service == IMS and exchange.response.status == 200:
            token = json_text.parse(exchange.response.body)["access_token"]
            client = (exchange.call.document or {}).get("client_id", "")
            for owner in (client, *self.callers):
                _ISSUED.setdefault(owner, {})[token] = None

    def points(self, begin: int = 0) -> set[str]:
        """The points of contract coverage of the exchanges from ``begin`` on."""
        met = (points_of(each.call, each.response.error) for each in self.exchanges[begin:])
        return set().union(*met)

    def _next_scene(self, exchange: Exchange) -> Scene | None:
        scene = self.scene
        if scene is None or scene.service != exchange.service or scene.method not in (None, exchange.request.method):
            return None
        if scene.skip:
            self.left += 1  # the scene hasn't begun
            self.scene = replace(scene, skip=scene.skip - 1)
            return None
        if scene.times is not None:
            self.scene = replace(scene, times=scene.times - 1) if scene.times > 1 else None
        return scene

    def _answer(self, request: Request, scene: Scene | None) -> Response:
        if scene is None:
            return self._mock.handle(request)
        truly = scene.commit or scene.change or (scene.answer is None and scene.delivery.kind in ("whole", "truncate"))
        response = self._mock.handle(request) if truly else Response(0)
        response = scene.answer or response
        if scene.change is not None and response.status < 300:
            headers, body = scene.change(request.headers, dict(response.headers), response.body)
            response = replace(response, headers=headers, body=body)
        return replace(response, delivery=scene.delivery)


_BEGINNING = 1_750_000_000_000  # milliseconds since 1970; a staged mock's clock goes on by one each time it is asked


@dataclass
class Seen:
    """What was seen while a call of the client was under way."""

    attempts: list[Attempt]
    strays: list[Exchange] = field(default_factory=list)
    seconds: float = 0.0

    @staticmethod
    def steps(error: BaseException | None) -> tuple[Step, ...]:
        """The client's own lines that ``error`` came through, the innermost first."""
        return steps(error)

    @staticmethod
    def awaiting(awaitable: Any) -> AbstractContextManager[None]:
        """While this lasts the lines of ``awaitable`` count as those of the thread that runs it."""
        return awaiting(awaitable)


class Stage:
    """Makes platforms, and closes them.

    ``place`` says what they are made for: no two places share an organisation, a key or a token, since a client may
    keep what it knows by these; and a place has the same ones in every run.
    """

    def __init__(self, thread: ServerThread, place: str) -> None:
        self._thread = thread
        self._place = place
        self._servers: list[Server] = []
        self._traffics: list[Traffic] = []
        self._counted: set[str] = set()
        self._platforms = itertools.count()
        self._identities = itertools.count(1)

    @staticmethod
    def sender() -> str | None:
        """The client's own line that runs."""
        return sender()

    def platform(self, sandbox_name: str = "prod") -> Platform:
        """A platform at a URL of its own."""
        number = next(self._platforms)
        # Ids, etags and times are the same in every run, and so is what findings say of them.
        mock = Mock(seed=number, clock=Clock(itertools.count(_BEGINNING).__next__))
        traffic = Traffic(mock)
        server = self._thread.start(traffic.handle)
        self._servers.append(server)
        self._traffics.append(traffic)
        return Platform(mock, server, self._identity(sandbox_name), traffic)

    def earlier(self) -> Platform:
        """The platform that a client meets before all others; it stays open, so that what comes to it later shows."""
        if self._thread not in _EARLIER:
            mock = Mock(seed=0)
            traffic = Traffic(mock)
            server = self._thread.start(traffic.handle)
            _EARLIER[self._thread] = Platform(mock, server, _identity("earlier", 0, _EARLIER_SANDBOX), traffic)
        return _EARLIER[self._thread]

    @contextmanager
    def watching(self, platform: Platform) -> Iterator[Seen]:
        """A call of the client on ``platform`` is under way."""
        earlier = _EARLIER.get(self._thread, platform)
        strays = len(earlier.traffic)
        started = time.monotonic()
        platform.begin()
        with kept_in("platform") as attempts:
            seen = Seen(attempts)
            try:
                yield seen
            finally:
                platform.end()
                seen.seconds = time.monotonic() - started
                if earlier is not platform:
                    seen.strays = earlier.traffic[strays:]

    def settle(self) -> None:
        """Have everything that was sent so far come to its platform, also what its sender waits for no more."""
        self._thread.settle()

    def sibling(self, platform: Platform, sandbox_name: str = "prod", **same: str) -> Platform:
        """Another organisation, token, key and sandbox at the same URL, but for what is to be the ``same``."""
        server = next(server for server in self._servers if server.origin == platform.origin)
        return Platform(platform.mock, server, self._identity(sandbox_name) | same, platform._traffic)

    def points(self) -> set[str]:
        """The points of contract coverage that were met or counted here."""
        return self._counted.union(*(traffic.points() for traffic in self._traffics))

    def count(self, points: set[str]) -> None:
        """These were met too, if not here."""
        self._counted |= points

    @contextmanager
    def counting(self) -> Iterator[set[str]]:
        """A set that holds, at the end, the points that were met or counted meanwhile."""
        met: set[str] = set()
        before = {traffic: len(traffic.exchanges) for traffic in self._traffics}
        outer, self._counted = self._counted, met
        try:
            yield met
        finally:
            met.update(*(traffic.points(before.get(traffic, 0)) for traffic in self._traffics))
            self._counted = outer | met

    @contextmanager
    def afresh(self, place: str) -> Iterator[None]:
        """What is made meanwhile is made for ``place``, and as if it were made first, whatever was made before."""
        before = self._place, self._platforms, self._identities
        self._place, self._platforms, self._identities = place, itertools.count(), itertools.count(1)
        try:
            yield
        finally:
            self._place, self._platforms, self._identities = before

    def close(self) -> None:
        for server in self._servers:
            self._thread.stop(server)

    def _identity(self, sandbox_name: str) -> dict[str, str]:
        return _identity(self._place, next(self._identities), sandbox_name)


def _identity(place: str, number: int, sandbox_name: str) -> dict[str, str]:
    own = f"{crc32(place.encode('utf-8', 'surrogatepass')):08X}{number:04}"
    return {
        "access_token": f"Fake.Bearer-Token_{own}-DO-not-log",
        "api_key": f"Fake-Api-Key-{own}",
        "org_id": f"FAKE{own}ORGANISATION@AdobeOrg",
        "sandbox_name": sandbox_name,
    }


_EARLIER: WeakKeyDictionary[ServerThread, Platform] = WeakKeyDictionary()
