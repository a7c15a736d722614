"""The group of the client contract about Zoho's tokens, measured by clients."""

from __future__ import annotations

import re
import textwrap

import pytest

from contracts.battery import ZohoTokenContract
from contracts.promises import PROMISES
from tests.kit.clients.zoho import ZOHO_MUTANTS
from tests.kit.depth import few
from tests.kit.paths import ROOT

HEAD = f"""
import sys
sys.path.append({str(ROOT)!r})
from contracts.battery import ZohoTokenContract
from tests.kit.clients import zoho as clients
from tests.kit.clients.acme import AcmeError


class Whole(ZohoTokenContract):
    errors = AcmeError
    client = clients.Reader

    def zoho_client(self, zoho, region, credentials):
        return self.client(zoho, region, credentials)

    def zoho_records(self, client, module):
        return client.records(module)
"""

CORRECT = {
    "requests, on 401": "class TestIt(Whole): pass",
    "requests, by the clock": "class TestIt(Whole): client = clients.ClockReader",
    "httpx, async": """
        class TestIt(Whole):
            client = clients.AsyncReader
            async def zoho_records(self, client, module):
                return await client.records(module)
    """,
}


def play(pytester: pytest.Pytester, code: str) -> pytest.RunResult:
    pytester.makepyfile(test_client=HEAD + textwrap.dedent(code))
    return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist", "-q")


@pytest.mark.parametrize("style", few(CORRECT, 1, 2))
def test_a_correct_client_passes(pytester: pytest.Pytester, style: str) -> None:
    result = play(pytester, CORRECT[style])
    outcomes = result.parseoutcomes()
    assert outcomes.get("failed", 0) == 0, result.stdout.str()
    assert outcomes["passed"] + outcomes.get("skipped", 0) == 16
    assert outcomes.get("skipped", 0) == (1 if "async" in style else 0)


@pytest.mark.parametrize("name", few(ZOHO_MUTANTS))
def test_a_mutant_is_caught_by_the_rule_that_it_breaks(pytester: pytest.Pytester, name: str) -> None:
    rule, _ = ZOHO_MUTANTS[name]
    result = play(pytester, f"class TestIt(Whole): client = clients.ZOHO_MUTANTS[{name!r}][1]")
    assert result.ret == 1
    assert re.search(rf"^{rule} ", result.stdout.str(), re.MULTILINE), result.stdout.str()


def test_every_rule_of_the_group_has_a_mutant() -> None:
    assert {rule for rule, _ in ZOHO_MUTANTS.values()} == {id for id in PROMISES if id.startswith("FC-ZOHO-")}


def test_a_client_that_doesnt_read_zoho_skips_the_group(pytester: pytest.Pytester) -> None:
    result = play(pytester, "class TestIt(ZohoTokenContract): pass")
    assert result.parseoutcomes() == {"skipped": 15, "passed": 1}


def test_the_group_is_part_of_the_whole() -> None:
    from contracts import ClientContract

    assert issubclass(ClientContract, ZohoTokenContract)
