"""A head is judged once, which is right only as long as nothing but query and headers decides."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import BASE_PATH, Call, Contract, Request
from contracts.judging.model import Operation, RuleFunction
from contracts.strategies import broken_requests, valid_requests
from contracts.tables import OPERATIONS
from tests.kit.connection import HEADERS
from tests.kit.depth import examples

HEAD = {name.lower(): value for name, value in HEADERS.items()}
RULES: dict[RuleFunction, list[Operation]] = {}
for _row in OPERATIONS:
    for _rule in dict.fromkeys((*_row.service.head_rules, *_row.head_rules)):
        RULES.setdefault(_rule, []).append(_row)


class Blind:
    """A call of which query and headers alone are known."""

    KNOWN = frozenset({"operation", "service", "query", "header", "parameter", "parameters", "request"})

    def __init__(self, call: Call) -> None:
        self.call = call

    def __getattr__(self, name: str) -> Any:
        assert name in self.KNOWN, f"a head rule asks for the call's {name}"
        return Headless(self.call.request) if name == "request" else getattr(self.call, name)


class Headless:
    """A request of which headers and length are known."""

    def __init__(self, request: Request) -> None:
        self.headers, self.target, self.head_size = request.headers, request.target, request.head_size


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_head_rule_looks_at_query_and_headers_alone(rule: RuleFunction) -> None:
    terms = Contract().terms
    queries = (
        (),
        (("mode", "x"), ("op", "x"), ("if-match", "x"), ("limit", "x"), ("objectType", "x"), ("object", "{")),
    )
    heads = ({}, HEAD, dict.fromkeys(HEAD, ""), dict.fromkeys(HEAD, "{X}"))
    for row, headers in product(RULES[rule], heads):
        for query in queries:
            call = Call(Request(row.method, "/", headers), terms, row, row.service, query=query)
            list(rule(Blind(call)))  # type: ignore[arg-type]


def told(contract: Contract, request: Request) -> Any:
    call = contract.judge(request)
    found = [(broken.rule.id, broken.pointer, broken.found, call.severity(broken)) for broken in call.violations]
    return call.operation, call.tenant, call.sandbox_name, list(call.query), call.is_draft, call.document, found


WARM = {name: Contract(name) for name in ("default", "lenient", "strict")}  # type: ignore[arg-type]


@settings(max_examples=examples(300))
@given(st.one_of(valid_requests(), broken_requests().map(lambda broken: broken.request)), st.sampled_from(sorted(WARM)))
def test_a_contract_that_has_seen_much_judges_as_a_new_one(request: Request, strictness: Any) -> None:
    told(WARM[strictness], request)
    assert told(WARM[strictness], request) == told(Contract(strictness), request)


def test_terms_decide_too() -> None:
    request = Request("GET", f"{BASE_PATH}/connections", HEAD | {"x-sandbox-name": ""})
    assert [told(Contract(sandboxes=names), request)[2] for names in ((), ("dev",), ("dev", "prod"))] == [
        "prod",
        "dev",
        "prod",
    ]


def test_a_long_target_counts_as_it_was_sent() -> None:
    call = Contract().judge(Request("GET", f"{BASE_PATH}/connections/{'x' * 66_000}", HEAD))
    assert [broken.rule.id for broken in call.violations] == ["FS-HDR-10"]


@pytest.mark.deep
@pytest.mark.parametrize(
    "headers",
    [
        lambda number: {f"x-{number}-{each}": "" for each in range(1500)},
        lambda number: {f"x-{number}-" + "x" * 30_000: ""},
        lambda number: {"x": f"{number}" + "x" * 30_000},
    ],
    ids=["many", "long names", "long values"],
)
def test_heads_of_an_unusual_size_are_not_remembered(headers: Callable[[int], dict[str, str]]) -> None:
    contract = Contract()
    tracemalloc.start()
    try:
        for number in range(100):
            contract.judge(Request("GET", f"{BASE_PATH}/connections", HEAD | headers(number)))
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 1_000_000
