"""The client contract, measured by clients: the correct ones pass, each mutant is caught by the rule that it breaks."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from contracts import RULES
from contracts.battery import ClientContract
from contracts.promises import PROMISES
from tests.clients.mutants import MUTANTS

ROOT = str(Path(__file__).parent.parent)

HEAD = """
import sys
sys.path.append({root!r})
from contracts import ClientContract
from tests.clients import acme, mutants, styles
from tests.clients.acme import AcmeError


class Whole(ClientContract):
    errors = AcmeError
    client = acme.Acme

    def create_connection(self, platform, connection):
        return self.client(platform).create(connection)

    def get_connection(self, platform, id):
        return self.client(platform).get(id)

    def list_connections(self, platform):
        return self.client(platform).list()

    def update_connection(self, platform, id, etag, operations):
        return self.client(platform).update(id, etag, operations)

    def delete_connection(self, platform, id):
        return self.client(platform).delete(id)

    def check_connection(self, platform, id):
        return self.client(platform).check(id)
"""

CORRECT = {
    "requests, whole": "class TestIt(Whole): pass",
    "requests, its own errors": """
        class TestIt(ClientContract):
            def create_connection(self, platform, connection):
                return styles.BareErrors(platform).create(connection)
    """,
    "requests, looks names up": """
        class TestIt(ClientContract):
            errors = AcmeError
            def create_connection(self, platform, connection):
                return styles.LookingClient(platform).create(connection)
            def list_connections(self, platform):
                return styles.LookingClient(platform).list()
    """,
    "httpx": """
        class TestIt(ClientContract):
            errors = AcmeError
            def create_connection(self, platform, connection):
                return styles.HttpxClient(platform).create(connection)
            def get_connection(self, platform, id):
                return styles.HttpxClient(platform).get(id)
            def list_connections(self, platform):
                return styles.HttpxClient(platform).list()
            def update_connection(self, platform, id, etag, operations):
                return styles.HttpxClient(platform).update(id, etag, operations)
    """,
    "httpx, async": """
        class TestIt(ClientContract):
            errors = AcmeError
            async def create_connection(self, platform, connection):
                return await styles.AsyncClient(platform).create(connection)
            def list_connections(self, platform):
                return styles.AsyncClient(platform).list()
    """,
    "aiohttp": """
        class TestIt(ClientContract):
            errors = AcmeError
            async def create_connection(self, platform, connection):
                return await styles.AiohttpClient(platform).create(connection)
            async def check_connection(self, platform, id):
                return await styles.AiohttpClient(platform).check(id)
    """,
    "urllib": """
        class TestIt(ClientContract):
            errors = AcmeError
            def create_connection(self, platform, connection):
                return styles.UrllibClient(platform).create(connection)
    """,
    "http.client, waits after 429": """
        class TestIt(ClientContract):
            errors = AcmeError
            def create_connection(self, platform, connection):
                return styles.HttpClientClient(platform).create(connection)
    """,
    "requests, patient": "class TestIt(Whole): client = styles.PatientClient",
    "requests, looks names up and sends again": "class TestIt(Whole): client = styles.StubbornClient",
    "session": """
        class TestIt(Whole):
            def create_connection(self, platform, connection):
                made = self.client(platform).create(connection)
                return styles.Receipt(made["id"], made["etag"])
    """,
}


def play(pytester: pytest.Pytester, code: str, *options: str) -> pytest.RunResult:
    pytester.makepyfile(test_client=HEAD.format(root=ROOT) + textwrap.dedent(code))
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:randomly", *options)


@pytest.mark.parametrize("style", CORRECT)
def test_a_correct_client_passes(pytester: pytest.Pytester, style: str) -> None:
    result = play(pytester, CORRECT[style], "-q")
    assert result.ret == 0
    outcomes = result.parseoutcomes()
    assert outcomes["passed"] > 90
    assert set(outcomes) <= {"passed", "skipped"}


def test_each_mutant_is_caught_by_its_rule(pytester: pytest.Pytester) -> None:
    """Of each mutant only the tests of its rule are run; that they are enough is what is shown."""
    pytester.makeconftest(
        """
        def pytest_collection_modifyitems(items):
            items[:] = [item for item in items if item.callspec.params.get("rule") == item.cls.expected]
        """
    )
    classes = "\n".join(
        f"class Test{name}(Whole): client, expected, timeout = mutants.MUTANTS[{name!r}][1], {rule!r}, 1.5"
        for name, (rule, _) in MUTANTS.items()
    )
    result = play(pytester, classes, "-q", "-n", "2", "-rf")
    caught = set(re.findall(r"FAILED test_client.py::Test(\w+)::", result.stdout.str()))
    escaped = sorted(set(MUTANTS) - caught)
    text = result.stdout.str()
    right = [name for name, (rule, _) in MUTANTS.items() if re.search(rf"{rule} \(", text) and name in caught]
    print(f"{len(caught)} / {len(MUTANTS)} mutants killed, {len(right)} by the right rule")
    assert escaped == []
    assert len(right) == len(MUTANTS) >= 60


def test_a_failures_text_is_enough_on_its_own(pytester: pytest.Pytester) -> None:
    code = "class TestIt(Whole): client = mutants.MUTANTS['TrailingSlash'][1]"
    result = play(pytester, code, "-k", "FS-ZOHO-02")
    result.stdout.fnmatch_lines(
        [
            "FS-ZOHO-02 (documented, *zoho.md)",
            "*/auth/params/accountsUrl: accountsUrl has no slash at its end",
            "*expected*https://accounts.zoho.com*",
            "*found*ends in a slash*",
            "*nearest*https://accounts.zoho.com",
            "*mend*Drop the trailing slash.",
            "*sent by*acme.py:*",
            "*curl -X POST *",
            "*authorization: Bearer xxxx*",
            "*replay*pytest 'test_client.py::TestIt::test_a_request_keeps_the_rule[[]FS-ZOHO-02[]]'*",
        ]
    )
    assert "do-not-log" not in result.stdout.str()


def test_a_client_that_cant_even_create_says_so_once_for_each_group(pytester: pytest.Pytester) -> None:
    code = """
        class TestIt(ClientContract):
            def create_connection(self, platform, connection):
                raise RuntimeError("not yet")
    """
    result = play(pytester, code, "-q", "-rs")
    assert result.parseoutcomes()["failed"] < 25
    result.stdout.fnmatch_lines(["SKIPPED * not reached: creation itself fails*"])


def test_what_a_client_cant_do_is_skipped_and_counted(pytester: pytest.Pytester) -> None:
    result = play(pytester, CORRECT["urllib"], "-q", "-rs")
    for method in ("get_connection", "list_connections", "update_connection", "delete_connection", "check_connection"):
        assert re.search(rf"SKIPPED \[\d+\].*the client has no {method}", result.stdout.str())


@pytest.mark.parametrize("how", ["def test_the_name_arrives(self): pass", "test_the_name_arrives = None"])
def test_a_test_that_was_overridden_or_removed_is_a_finding(pytester: pytest.Pytester, how: str) -> None:
    result = play(pytester, f"class TestIt(Whole):\n    {how}\n", "-q", "-k", "battery_is_whole")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["FC-ALL-01*", "*test_the_name_arrives*"])


def test_an_expected_failure_with_a_reason_is_allowed(pytester: pytest.Pytester) -> None:
    code = """
        import pytest
        class TestIt(Whole):
            @pytest.mark.xfail(reason="names are cut, ticket 12")
            def test_the_name_arrives(self): raise AssertionError
    """
    play(pytester, code, "-q", "-k", "battery_is_whole").assert_outcomes(passed=1)


def test_known_findings_live_in_a_file(pytester: pytest.Pytester) -> None:
    (pytester.path / "known.txt").write_text("# ours\nFS-ZOHO-02 the old accounts form, ticket 7\n", "utf-8")
    code = "class TestIt(Whole): client, known_findings = mutants.MUTANTS['TrailingSlash'][1], 'known.txt'"
    play(pytester, code, "-q", "-k", "FS-ZOHO-02").assert_outcomes(xfailed=1)


@pytest.mark.parametrize(("line", "why"), [("FS-ZOHO-99 x", "no rule 'FS-ZOHO-99'"), ("FS-ZOHO-02", "needs a reason")])
def test_a_known_finding_of_no_rule_is_an_error(pytester: pytest.Pytester, line: str, why: str) -> None:
    (pytester.path / "known.txt").write_text(line, "utf-8")
    code = "class TestIt(Whole): known_findings = 'known.txt'"
    result = play(pytester, code, "-q", "-k", "FS-ZOHO-02")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*{why}*"])


def test_every_test_names_the_rule_that_it_checks() -> None:
    for name in dir(ClientContract):
        if name.startswith("test_"):
            marks = getattr(ClientContract, name).pytestmark
            assert any("rule" in mark.args[0] for mark in marks if mark.name == "parametrize"), name


def test_every_promise_is_checked_and_every_mutants_rule_exists() -> None:
    checked = Path(ROOT).joinpath("contracts", "battery") if Path(ROOT).joinpath("contracts").is_dir() else None
    folder = checked or Path(__import__("contracts").__file__).parent / "battery"
    text = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    assert [id for id in PROMISES if id not in text] == []
    assert {rule for rule, _ in MUTANTS.values()} <= {*PROMISES, *RULES}
    assert set(PROMISES) - {"FC-ALL-01"} <= {rule for rule, _ in MUTANTS.values()}
