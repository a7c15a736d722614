"""What Zoho CRM demands of every request: its host, its token, and the scope of that."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contracts.judging.model import Call, RuleFunction
from contracts.judging.violations import Violation, shown
from contracts.services.zoho.known import ACCOUNTS
from contracts.services.zoho.rules import violation
from contracts.sources.regions import zoho_regions

__all__ = [
    "COQL_RULES",
    "CRM_RULES",
    "LIST_PARAMETERS",
    "MOST_RECORDS",
    "SEARCH_PARAMETERS",
    "VERSIONS",
    "WRITE_RULES",
    "covers",
    "is_another_host_of_zohos",
    "is_zohos_all_the_same",
    "list_takes_records",
    "scoped",
    "token_is_sent",
    "token_is_valid_here",
    "version_of",
]

VERSIONS = ("v2", "v2.1", "v3", "v4", "v5", "v6", "v7", "v8")

LIST_PARAMETERS = (
    *("fields", "page", "per_page", "page_token", "ids", "cvid", "sort_by", "sort_order"),
    *("converted", "approved", "territory_id", "include_child"),
)
SEARCH_PARAMETERS = ("criteria", "email", "phone", "word")

_SCHEMES = ("zoho-oauthtoken", "bearer")


def version_of(call: Call) -> float:
    """``2.1`` of ``/crm/v2.1/...``."""
    return float(call.parts["version"].removeprefix("v"))


def version_is_known(call: Call) -> Iterator[Violation]:
    version = call.parts.get("version", "")
    if version not in VERSIONS and version not in _PARTS:
        problem = "not a version of the CRM's API"
        yield violation("ZO-URL-03", "path", problem, found=shown(version), allowed=VERSIONS, near=version)


def host_is_the_apis(call: Call) -> Iterator[Violation]:
    """The change log of v2.1: a call to any other host is answered with INVALID_HOST."""
    if call.region is not None and "zohoapis" not in call.host and call.parts.get("version") != "v2":
        allowed = [call.region.api_endpoint]
        yield violation("ZO-CRM-01", "path", "not an API host", found=shown(call.host), allowed=allowed)


def token_is_sent(call: Call) -> Iterator[Violation]:
    value = call.header("authorization")
    if _token(call) is None:
        found = "nothing" if value is None else "no token in it"
        allowed = ["Zoho-oauthtoken <access token>"]
        yield violation("ZO-CRM-02", "headers/authorization", "no access token", found=found, allowed=allowed)


def token_is_valid_here(call: Call) -> Iterator[Violation]:
    text = _token(call)
    if call.known is None or call.region is None or text is None:
        return
    token = call.known.of(ACCOUNTS).token(text, call.region, call.terms.require_issued_tokens)
    if token.state == "elsewhere":
        home, here = zoho_regions()[token.region], call.region
        yield violation(
            "ZO-CRM-04",
            "headers/authorization",
            f"this token is of {home.name} ({home.code.upper()}); the request went to the {here.code.upper()} API host",
            found=f"issued in {home.code.upper()}, request to {here.code.upper()}",
            allowed=[home.api_endpoint],
            nearest=home.api_endpoint,
        )
    elif token.state != "valid":
        found = "an unknown token" if token.state == "unknown" else f"a token that is {token.state}"
        yield violation("ZO-CRM-03", "headers/authorization", "not a current access token", found=found)


def part_is_imitated(call: Call) -> Iterator[Violation]:
    """What looks like a module in the path, and is another part of the API."""
    for part in (call.parts.get("version", ""), call.parts.get("module", "")):
        if part.lower() in _PARTS:
            problem = f"{part} is a part of Zoho CRM that isn't imitated here, or not all of it"
            yield violation("ZO-URL-05", "path", problem, found=shown(call.request.path))


# The first segments that Zoho's reference documents beside modules.
_PARTS = frozenset(
    ("settings", "org", "users", "coql", "bulk", "files", "composite_requests", "__composite_requests", "features")
    + ("recycle_bin", "backup", "emails", "services", "notifications", "actions", "__features", "data_sharing")
)

# zoho.com/crm/developer/docs/api/v8, the pages of records, users, settings and notifications: its methods that write,
# and what is documented below them. What isn't a module, as `bulk`, is so with any method.
_WRITES: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = (
    (("POST", "PUT", "DELETE"), re.compile(r"/[^/]+/[^/]+/[^/]+")),  # what belongs to a record
    (("PUT", "DELETE"), re.compile(r"/[^/]+/[^/]+/[^/]+/[^/]+")),  # one of them
    (("POST",), re.compile(r"/[^/]+(/[^/]+)?/actions/[^/]+")),  # converting, tagging, sharing and more
    (("POST", "PUT", "PATCH", "DELETE"), re.compile(rf"/(?:{'|'.join(sorted(_PARTS - {'coql'}))})(/.*)?")),
)


_BELOW = re.compile(rf"/crm/(?:{'|'.join(map(re.escape, VERSIONS))})(/.*)|/crm(/bulk)/.*")


# zoho.com/books/api, /inventory/api, /bookings/help/api and Bigin's reference: other products at the same hosts.
_PRODUCTS = {"bigin": "Bigin", "bookings": "Bookings", "books": "Books", "inventory": "Inventory"}


def is_zohos_all_the_same(method: str, path: str) -> Iterator[Violation]:
    """That the path is another product's, or the method documented beside those that are imitated."""
    product = _PRODUCTS.get(path.strip("/").partition("/")[0])
    if product is not None:
        yield violation("ZO-URL-05", "path", f"it is of Zoho {product}, which isn't imitated here", found=shown(path))
        return
    found = _BELOW.fullmatch(path.removesuffix("/"))
    below = (found[1] or found[2]) if found else ""
    if any(method in methods and form.fullmatch(below) for methods, form in _WRITES):
        problem = f"{method} {below} isn't imitated here"
        yield violation("ZO-URL-05", "method", problem, found=method)


def is_another_host_of_zohos(path: str) -> Iterator[Violation]:
    """That the path begins with a host of Zoho's that is neither an accounts server nor the CRM's, as desk.zoho.eu.

    Below /oauth and /crm the host is a mistake, unless it's the one that takes files.
    """
    first, _, below = path[1:].partition("/")
    host, regions = first.lower(), zoho_regions().values()
    is_mistaken = below.startswith(("oauth/", "crm/")) and not any(host in region.hosts for region in regions)
    if not is_mistaken and any(host.partition(".")[2] in region.domains for region in regions):
        yield violation("ZO-URL-05", "path", f"{host} isn't imitated here", found=shown(path))


CRM_RULES = (part_is_imitated, version_is_known, host_is_the_apis, token_is_sent, token_is_valid_here)


def query_is_sent(call: Call) -> Iterator[Violation]:
    query = call.document.get("select_query") if isinstance(call.document, dict) else None
    if not isinstance(query, str) or not query.strip():
        yield violation("ZO-COQL-01", "/select_query", "missing", found=shown(query), allowed=["a select"])


COQL_RULES = (query_is_sent,)

MOST_RECORDS = 100
"""Records of one write, as of each of Zoho's pages about them."""


_WRITABLE = "Notes"
"""The list of a record to which a program can write here."""


def records_are_sent(call: Call) -> Iterator[Violation]:
    if call.parts.get("related", _WRITABLE) != _WRITABLE:
        return  # what isn't imitated isn't judged
    data = call.document.get("data") if isinstance(call.document, dict) else None
    allowed = [f"a list of 1 to {MOST_RECORDS} records"]
    if not isinstance(data, list) or not data:
        yield violation("ZO-WRT-01", "/data", "no records", found=shown(data), allowed=allowed, api_name="data")
    elif len(data) > MOST_RECORDS:
        found = str(len(data))
        yield violation("ZO-WRT-01", "/data", "too many records", found=found, allowed=allowed, api_name="data")


WRITE_RULES = (records_are_sent,)


def list_takes_records(call: Call) -> Iterator[Violation]:
    """Of the lists of a record only its notes."""
    related = call.parts["related"]
    if related != _WRITABLE:
        problem = f"{related} can be written in Zoho, and isn't imitated here"
        yield violation("ZO-URL-05", "path", problem, found=shown(call.request.path))


def scoped(*needed: str) -> RuleFunction:
    """The rule that a token's scope covers one of ``needed``; ``{module}`` stands for the path's."""

    def scope_covers_the_call(call: Call) -> Iterator[Violation]:
        text = _token(call)
        if call.known is None or call.region is None or text is None:
            return
        granted = call.known.of(ACCOUNTS).token(text, call.region, call.terms.require_issued_tokens).scope
        wanted = [each.replace("{module}", call.parts.get("module", "")) for each in needed]
        if not any(covers(granted, each) for each in wanted):
            problem = "the token's scope doesn't cover this"
            yield violation("ZO-CRM-05", "headers/authorization", problem, found=shown(granted), allowed=wanted)

    return scope_covers_the_call


def covers(granted: str, needed: str) -> bool:
    """Whether ``ZohoCRM.modules.ALL`` allows ``ZohoCRM.modules.Leads.READ``, for any of a list's entries."""
    *area, operation = needed.lower().split(".")
    for entry in re.split(r"[\s,]+", granted.lower()):
        *given, allowed = entry.split(".")
        if given and allowed in ("all", operation) and area[: len(given)] == given:
            return True
    return False


def _token(call: Call) -> str | None:
    """The access token, in either of the two schemes that clients use."""
    scheme, _, token = (call.header("authorization") or "").partition(" ")
    token = token.strip()
    return token if scheme.lower() in _SCHEMES and token and " " not in token else None
