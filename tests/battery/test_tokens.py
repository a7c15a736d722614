"""Clients that ask IMS and other services too: each request is judged as its own service's."""

from __future__ import annotations

import re
import textwrap

import pytest

from tests.kit.clients.tokens import TOKEN_MUTANTS, TOKEN_STYLES
from tests.kit.depth import deep, few
from tests.kit.playing import import_needed, play

ABOUT = "FC-REQ-01 or FC-REQ-08 or FC-REQ-11 or FC-NET or FC-TEN or (FC-RTY-03 and 401 and create)"


@pytest.mark.parametrize("style", few(sorted(TOKEN_STYLES, key="anew on a 401".__ne__), 1, 3))
def test_a_clients_own_tokens_are_no_finding(pytester: pytest.Pytester, style: str) -> None:
    """`tests/battery/test_battery.py` plays the whole battery, in deep runs."""
    import_needed(style)
    code = f"Whole.max_examples = ClientContract.max_examples = 1\n{textwrap.dedent(TOKEN_STYLES[style])}"
    result = play(pytester, code, "-q", "-k", f"TestIt and ({ABOUT})", "-p", "no:xdist")
    outcomes = result.parseoutcomes()
    assert outcomes.get("failed", 0) == 0, result.stdout.str()
    assert outcomes["passed"] >= 8


@pytest.mark.deep
def test_each_mutant_is_caught_by_its_rule(pytester: pytest.Pytester) -> None:
    """Of each mutant only a test that finds it is run."""
    classes = "Whole.max_examples = 1\n" + "\n".join(
        f"class Test{name}(Whole): client = tokens.TOKEN_MUTANTS[{name!r}][1]" for name in TOKEN_MUTANTS
    )
    wanted = " or ".join(f"(Test{name} and {FINDS.get(rule, rule)})" for name, (rule, _) in TOKEN_MUTANTS.items())
    text = play(pytester, classes, "-q", "-k", wanted, "-p", "no:xdist").stdout.str()
    told = dict(re.findall(r"^_+ Test(\w+)\..* _+\n(\S+-\d\d) ", text, re.MULTILINE))
    assert told == {name: rule for name, (rule, _) in TOKEN_MUTANTS.items()}


FINDS = {
    "IMS-SCOPE-01": "FC-REQ-11-create",
    "IMS-GRANT-01": "FC-REQ-11-create",
    "FS-HDR-02": "FC-REQ-11-create",
    "FC-REQ-01": "value and FC-REQ-01",
    "FC-RTY-03": "FC-RTY-03-401-gateway-create",
    "FC-ERR-03": "FC-ERR-03-dropped-create",
    "FC-SEC-01": "FC-SEC-01-create",
    "FC-TEN-01": "FC-TEN-01-url",
}
"""Which test is to be run where another than that of the rule finds it, or several would."""


@deep
def test_aepps_own_mistakes_are_told(pytester: pytest.Pytester) -> None:
    """Its update reads the etag anew, and no method of it raises where it was refused."""
    import_needed("aepp")
    code = """
        class TestIt(ClientContract):
            errors = AcmeError
            def create_connection(self, platform, connection):
                return tokens.AeppClient(platform).create(connection)
            def update_connection(self, platform, id, etag, operations):
                return tokens.AeppClient(platform).flows.patchConnection(id, operations)
            def delete_connection(self, platform, id):
                return tokens.AeppClient(platform).flows.deleteConnection(id)
    """
    result = play(pytester, code, "-q", "-k", "TestIt and (FC-UPD or FC-ERR-01-404)", "-p", "no:xdist")
    assert set(re.findall(r"^(F[SC]-\S+) +\d+ x ", result.stdout.str(), re.MULTILINE)) >= {"FC-ERR-01", "FC-UPD-03"}


def test_a_token_that_ims_issued_counts_as_the_platforms_own(pytester: pytest.Pytester) -> None:
    code = """
        import requests

        class TestIt(ClientContract):
            def create_connection(self, platform, connection):
                form = {"grant_type": "client_credentials", "client_id": "x", "client_secret": "y", "scope": "openid"}
                answer = requests.post(platform.ims_url + "/token/v3", data=form, timeout=9)
                sent = {**platform.headers, "Authorization": "Bearer " + answer.json()["access_token"]}
                return requests.post(platform.url + "/connections", json=connection.body(), headers=sent).json()
    """
    play(pytester, code, "-q", "-k", "TestIt and FC-REQ-01", "-p", "no:xdist").assert_outcomes(passed=1, skipped=5)
