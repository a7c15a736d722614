"""The rows (service, operation, collection), and the call: one request under judgement."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Generic, Literal, NamedTuple, Protocol, TypeVar

from contracts.judging.error import Error
from contracts.judging.request import LARGEST_BODY, Request
from contracts.judging.rule import Rule, Strictness
from contracts.judging.violations import Violation

if TYPE_CHECKING:
    from contracts.sources.regions import Region
    from contracts.sources.source_catalogue import Catalogue

__all__ = [
    "Ask",
    "Breach",
    "Call",
    "Collection",
    "Effect",
    "Flawless",
    "Frame",
    "Hosts",
    "Known",
    "Operation",
    "Reference",
    "RuleFunction",
    "Service",
    "Tenant",
    "Terms",
    "shared",
]

Tenant = tuple[str, str]
"""Organisation and sandbox."""


def shared(words: tuple[str, str]) -> tuple[str, str]:
    """The same words are the same object wherever they are kept, unless they are unusually long."""
    return _remembered(words) if len(words[0]) + len(words[1]) <= _USUAL else words


@lru_cache(maxsize=1024)
def _remembered(words: tuple[str, str]) -> tuple[str, str]:
    return words


_USUAL = 300  # characters

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Terms:
    """What beside the documents a call is judged by: how strictly, and which sources, regions, sandboxes exist.

    Only equal to themselves: what follows from them is kept by their identity.
    """

    catalogue: Catalogue
    regions: Mapping[str, Region]
    strictness: Strictness = "default"
    sandboxes: tuple[str, ...] = ()
    require_issued_tokens: bool = False
    largest_body: int = LARGEST_BODY
    landing_zone: Literal["azure", "aws"] = "azure"

    @cached_property
    def accounts_urls(self) -> tuple[str, ...]:
        """The accounts URLs of the regions, in their order."""
        return tuple(region.accounts_url for region in self.regions.values())

    @property
    def default_sandbox(self) -> str:
        """``prod`` where that exists, else the first that does."""
        return self.sandboxes[0] if self.sandboxes and "prod" not in self.sandboxes else "prod"


class Ask(NamedTuple, Generic[T]):
    """What names the knowledge of one service, and the type that it is asked as; ``id`` is the service's folder."""

    id: str


class Known(Protocol):
    """What is known already; the only way in which a rule sees more than the request."""

    def now(self) -> int:
        """The time in milliseconds."""

    def find(self, tenant: Tenant, collection: str, id: str) -> Mapping[str, Any] | None:
        """The resource as its service shows it, secrets included; ``None`` if there is none."""

    def ids(self, tenant: Tenant, collection: str) -> tuple[str, ...]:
        """The ids of what this tenant has made, in the order of creation."""

    def referrers(self, tenant: Tenant, collection: str, id: str) -> list[tuple[str, str]]:
        """Collection and id of every resource that refers to this one."""

    def of(self, ask: Ask[T]) -> T:
        """What that service alone knows."""


RuleFunction = Callable[["Call"], Iterator[Violation]]
"""One rule or a few that belong together: yields what is broken and never stops at the first."""

Breach = Literal[
    "path",
    "method",
    "content type",
    "large body",
    "no body",
    "no JSON",
    "repeated key",
    "stray parameter",
    "no form",
    "unreadable form",
    "misnamed form",
]
"""What the machinery itself finds broken, whatever service is asked."""

Hosts = re.Pattern[str] | Callable[[str], "Region | None"]


@dataclass(frozen=True, slots=True)
class Frame:
    """The rule that a body fits the schema of that name in ``package``; ``judge`` is given the call and the frame."""

    package: str
    schema: str
    judge: Callable[[Call, Frame], Iterator[Violation]]

    def __call__(self, call: Call) -> Iterator[Violation]:
        return self.judge(call, self)


Effect = tuple[str, str]
"""The state before an action and the state after it."""


class Reference(NamedTuple):
    """``field`` of a document holds the id, or a list of ids, of items of ``collection``."""

    field: str
    collection: str


@dataclass(frozen=True, slots=True, eq=False)
class Collection:
    """One row: what its items look like and what they must keep. ``name`` is the first segment of its paths.

    ``own`` are the fields that the service sets and no update reaches. A document keeps ``frame``; unless it is a draft
    it keeps ``rules`` too, and ``creation_rules`` or ``update_rules``, by what is done to it. ``patchable`` are paths
    that the documents update, for messages; ``has_states`` says that an update may set the state. ``fields`` are those
    that filters and orders may name, with their types, ``aliases`` other names of them; ``effects`` is what an action
    does to the state. ``schemas`` document its bodies: names, and the packages where they lie; ``id_name`` is what the
    id is called in a path. ``holds_credentials`` says that nothing of a document is shown but what is declared to be
    open. Where ``told`` names the keys that the service adds to an answer, at any depth, nothing else of an answer is
    shown but what ``schemas`` declare. Items that are ``shared`` belong to the whole organisation, and their lists have
    no pages.
    """

    name: str
    _: KW_ONLY
    own: frozenset[str] = frozenset()
    frame: tuple[RuleFunction, ...] = ()
    rules: tuple[RuleFunction, ...] = ()
    creation_rules: tuple[RuleFunction, ...] = ()
    update_rules: tuple[RuleFunction, ...] = ()
    references: tuple[Reference, ...] = ()
    patchable: tuple[str, ...] = ("/name", "/description", "/params/<name>")
    has_states: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    effects: Mapping[str, Effect] = field(default_factory=dict)
    schemas: tuple[tuple[str, str], ...] = ()
    id_name: str = "ID"
    holds_credentials: bool = False
    told: frozenset[str] = frozenset()
    shared: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Service:
    """One row. ``rules`` and ``errors`` are all that its requests can meet, the gateway's included, the rules in their
    order of precedence. ``head_rules`` judge query and headers of every request below ``base_path`` and look at nothing
    else; ``known_rules`` look at the path too, or ask what is stored.

    What the machinery finds broken it tells by a word: ``breaches`` says which of the rules that breaks; what has no
    rule isn't looked at. ``troubles`` are the errors of faults by their status, ``answers`` those that answer a shared
    rule in place of the rule's own. ``has_tenants`` says that a request is made for one organisation's sandbox.
    ``hosts`` are the real ones: a pattern, or a function that finds the data centre of one, and ``base_path`` then only
    says what they look like. ``terms_of`` adds to the terms what a tenant has brought. ``needs`` are the folders of
    services whose code is used. ``not_imitated`` tells of a method and a path below the base path, for which there is
    no operation, that they are documented all the same; ``no_items`` are paths that no operation has, though they look
    like an item's. ``beside`` tells of a path that no service has
    that it is known all the same.
    """

    id: str
    base_path: str
    hosts: Hosts
    rules: tuple[Rule, ...]
    errors: tuple[Error, ...]
    _: KW_ONLY
    breaches: Mapping[Breach, str]
    troubles: Mapping[int, str]
    answers: Mapping[str, str] = field(default_factory=dict)
    head_rules: tuple[RuleFunction, ...] = ()
    known_rules: tuple[RuleFunction, ...] = ()
    has_tenants: bool = False
    needs: tuple[str, ...] = ()
    terms_of: Callable[[Call], Terms] | None = None
    collections: tuple[Collection, ...] = ()
    not_imitated: Callable[[str, str], Iterable[Violation]] = lambda *_: ()
    no_items: tuple[str, ...] = ()
    beside: Callable[[str], Iterable[Violation]] = lambda _: ()

    def below(self, path: str) -> tuple[str, Region | None] | None:
        """What follows the base path, and the data centre of the host; ``None`` where this isn't the service."""
        if isinstance(self.hosts, re.Pattern):
            is_mine = f"{path}/".startswith(f"{self.base_path}/")
            return (path.removeprefix(self.base_path), None) if is_mine else None
        host, slash, rest = path[1:].partition("/")
        region = self.hosts(host)
        return None if region is None else (slash + rest, region)


Flawless = Callable[[bytes, "Catalogue"], Any]
"""Reads a body that keeps every rule about it; ``None`` for any other, and where that can't be told."""


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One row of the reference.

    ``head_rules`` judge query and headers by themselves, ``known_rules`` by what is stored too, ``body_rules`` the
    parsed body; ``body`` says whether there is one; the parameters of a *form* may stand in the query too. ``query``
    names the parameters that the reference knows; ``strays`` says that any other is only warned about, and not judged
    by a rule of the operation's own. ``drafts`` are the rules of a body where ``mode=draft`` asks for a draft, in place
    of ``body_rules``; without them there is no such mode.

    ``returns`` are what is answered: schemas in the ``answers.json`` of the service or the gateway, or *Item*, a
    whole resource; *Page*, *Items* and *One* hold such items. ``reads`` makes of the JSON what the rules judge.
    ``asked`` says what the texts of a query or body mean, which are read once, and which rules they break.
    ``flawless`` reads a body that keeps all ``body_rules``; it answers ``None`` for any other, and where that can't
    be told. ``refuses`` are the rules that only the action can find broken, ``judges_again`` those by which it
    judges what it is about to leave behind. ``media_types`` are those of a body that is JSON, ``unread_types`` those of
    documented bodies that nobody here reads. ``file_type`` is that of a file that may be answered in place of JSON, a
    range of it with 206. ``collection`` is the first segment of the path by default.
    """

    service: Service
    id: str
    method: str
    path: str
    _: KW_ONLY
    action: str
    success: int = 200
    body: Literal["json", "optional", "form", "none"] = "none"
    query: tuple[str, ...] = ()
    strays: bool = True
    head_rules: tuple[RuleFunction, ...] = ()
    known_rules: tuple[RuleFunction, ...] = ()
    body_rules: tuple[RuleFunction, ...] = ()
    drafts: tuple[RuleFunction, ...] = ()
    refuses: tuple[str, ...] = ()
    judges_again: tuple[RuleFunction, ...] = ()
    returns: tuple[str, ...] = ()
    reads: Callable[[Any], Any] | None = None
    asked: Callable[[Call], tuple[Any, Iterable[Violation]]] | None = None
    flawless: Flawless | None = None
    media_types: tuple[str, ...] = ("application/json",)
    unread_types: tuple[str, ...] = ()
    file_type: str = ""
    collection: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "collection", self.collection or self.path.split("/")[1])

    @property
    def frame(self) -> Frame | None:
        """The rule that a body fits a schema."""
        return next((rule for rule in self.body_rules if isinstance(rule, Frame)), None)


@dataclass(slots=True)
class Call:
    """One request under judgement. ``violations`` is in the order in which they were found.

    ``parts`` are the variable segments of the path by their names, ``host`` and ``region`` those of a request to Zoho,
    ``tenant`` is for whom it is, empty where the headers don't say,
    ``before`` is the stored document where an update is judged, ``is_draft`` whether what is written may still be
    incomplete (draft.md). ``asked`` is what the texts of query and body say once they are read: the pairs of a form,
    or what the operation's row makes of them.
    """

    request: Request
    terms: Terms
    operation: Operation | None = None
    service: Service | None = None
    region: Region | None = None
    host: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    id: str = ""
    org_id: str | None = None
    sandbox_name: str | None = None
    tenant: Tenant = ("", "")
    query: Sequence[tuple[str, str]] = ()
    is_draft: bool = False
    allow: tuple[str, ...] = ()
    known: Known | None = None
    violations: list[Violation] = field(default_factory=list)
    document: Any = None
    before: Mapping[str, Any] | None = None
    asked: Any = None

    def about(self, document: Any, before: Mapping[str, Any] | None, is_draft: bool) -> Call:
        """The same call as if it had brought ``document``, with nothing found broken so far."""
        place = self.operation, self.service, self.region, self.host, self.parts, self.id
        head = self.org_id, self.sandbox_name, self.tenant, self.query
        return Call(self.request, self.terms, *place, *head, is_draft, self.allow, self.known, [], document, before)

    @property
    def collection(self) -> str:
        """The name of the operation's collection, empty where there is no operation."""
        return self.operation.collection if self.operation else ""

    def header(self, name: str) -> str | None:
        """The value of that header, its name in small letters; ``None`` where it wasn't sent."""
        return self.request.headers.get(name)

    def parameters(self, name: str) -> list[str]:
        """Every value of that query parameter."""
        return [value for key, value in self.query if key == name]

    def parameter(self, name: str) -> str | None:
        """The first value of that query parameter."""
        return next(iter(self.parameters(name)), None)

    def find(self, collection: str, id: object) -> Mapping[str, Any] | None:
        """What is stored under that id for this tenant; ``None`` too where nothing is known."""
        if self.known is None or not isinstance(id, str):
            return None
        return self.known.find(self.tenant, collection, id)

    @property
    def now(self) -> int:
        """Milliseconds; 0 where nothing is known."""
        return self.known.now() if self.known else 0

    def severity(self, violation: Violation) -> str:
        """Of a breach under the terms of this call: ``error``, ``warning`` or ``off``."""
        return violation.rule.severity(self.terms.strictness)

    @property
    def errors(self) -> list[Violation]:
        """The violations that refuse the request, the deciding one first."""
        if not self.violations:  # as of most
            return []
        return [found for found in self.violations if self.severity(found) == "error"]
