"""The fuzzers of tests/fuzz, for a moment each."""

from __future__ import annotations

import pytest

from contracts import Request
from mockserver import Mock
from tests.fuzz import parsers, wire
from tests.fuzz.targets import TARGETS
from tests.kit.depth import examples


def test_nothing_on_the_wire_brings_the_server_down() -> None:
    inputs = examples(800)
    report = wire.fuzz(inputs=inputs, seed=20)
    assert report.inputs == inputs
    assert report.problems == []
    assert (report.returncode, report.stderr) == (0, "")
    assert {200, 201, 400, 404} <= set(report.answers)


def test_a_write_of_zohos_is_refused_record_by_record() -> None:
    head = {"authorization": "Zoho-oauthtoken x", "host": "www.zohoapis.com"}
    refused = Mock().handle(Request("DELETE", "/crm/v8/Leads/1", head, b"", "https://www.zohoapis.com"))
    wire.judge(refused.status, refused.body)
    for odd in (b'{"data":[]}', b'{"data":[{"code":"X"}]}', b'{"data":{}}'):
        with pytest.raises(wire.Unread):
            wire.judge(400, odd)


def test_an_input_is_the_same_for_the_same_seed_and_number() -> None:
    assert wire.made(1, 5) == wire.made(1, 5) != wire.made(2, 5)


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_that_is_parsed_brings_the_parser_down(name: str) -> None:
    assert parsers.fuzz(name, inputs=examples(150), seed=20) == []
