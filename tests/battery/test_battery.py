"""The client contract, measured by clients: the correct ones pass, each mutant is caught by the rule that it breaks."""

from __future__ import annotations

import json
import re
import shlex
import socket
import textwrap
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote, urlsplit

import pytest
import requests

from contracts import BASE_PATH, RULES, Contract, Request
from contracts.battery import ClientContract
from contracts.battery.client import METHODS
from contracts.battery.play import Play
from contracts.promises import PROMISES
from mockserver import ServerThread
from mockserver.exchange.response import Response
from pytest_flowservice.exchange import Exchange, Secrets
from pytest_flowservice.stage import Stage
from tests.kit.clients.acme import Acme
from tests.kit.clients.mutants import MUTANTS
from tests.kit.clients.senders import SENDER_MUTANTS
from tests.kit.clients.tokens import TOKEN_MUTANTS
from tests.kit.clients.zoho import ZOHO_MUTANTS
from tests.kit.depth import few
from tests.kit.playing import CORRECT, HEAD, import_needed, play

Record = Callable[[str, object], None]


@pytest.mark.parametrize("style", few(CORRECT, 1, 2))
def test_a_correct_client_passes(pytester: pytest.Pytester, style: str, record_property: Record) -> None:
    import_needed(style)
    started = time.perf_counter()
    result = play(pytester, CORRECT[style], "-q", "-W", "ignore::ResourceWarning")
    record_property("correct client", [result.ret == 0, time.perf_counter() - started])
    assert result.ret == 0
    outcomes = result.parseoutcomes()
    assert outcomes["passed"] > 90
    assert set(outcomes) <= {"passed", "skipped"}


ONLY_ITS_RULE = """
import pytest

killed = set()

def of_its_rule(item):
    return item.cls.expected in item.name

def pytest_pycollect_makeitem(collector, name, obj):
    expected = getattr(collector.obj, "expected", "")
    if name.startswith("test_") and expected not in str([mark.args for mark in obj.pytestmark]):
        return []

def pytest_collection_modifyitems(config, items):
    config.hook.pytest_deselected(items=[item for item in items if not of_its_rule(item)])
    items[:] = filter(of_its_rule, items)

def pytest_runtest_setup(item):
    if item.cls in killed:
        pytest.skip("killed already")

@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    if (yield).get_result().failed:
        killed.add(item.cls)
"""


FIRST = {rule.rpartition("-")[0]: name for name, (rule, _) in reversed(MUTANTS.items())}
OF_EACH_SUBJECT = {name: MUTANTS[name] for name in FIRST.values()}
"""What the quick run takes: of the rules with one prefix, as ``FC-RES``, the first mutant."""
EACH_THIRD = dict(list(MUTANTS.items())[::3])


@pytest.mark.parametrize(
    "bank", few([OF_EACH_SUBJECT, EACH_THIRD, MUTANTS], 1, 2), ids=["one for each subject", "each third", "all"]
)
def test_each_mutant_is_caught_by_its_rule(
    pytester: pytest.Pytester, record_property: Record, bank: dict[str, tuple[str, type[Acme]]]
) -> None:
    """Of each mutant only the tests of its rule are collected, and run until one has killed it: it needs no other."""
    pytester.makeconftest(ONLY_ITS_RULE)
    classes = "\n".join(
        f"class Test{name}(Whole): client, expected, timeout = mutants.MUTANTS[{name!r}][1], {rule!r}, 1.0"
        for name, (rule, _) in bank.items()
    )
    # What a client itself logs or prints pytest would show; what the kit writes is looked at here.
    options = ("--show-capture=no", "--disable-warnings", "--junit-xml=junit.xml", "--contract-report=report.json")
    text = play(pytester, classes, "-q", "-rf", *options, apart=True).stdout.str()
    files = [
        file.read_text("utf-8") for file in pytester.path.rglob("*.*") if file.name in ("junit.xml", "report.json")
    ]
    assert len(files) == 2
    told_of = [line for each in (text, *files) for line in each.splitlines() if "do-not-log" in line.lower()]
    assert "\n".join(told_of) == ""
    killed = set(re.findall(r"FAILED test_client.py::Test(\w+)::", text))
    told = set(re.findall(r"^_+ Test(\w+)\..* _+\n(?:\[gw.*\n)?(F[SC]-\w+-\d+) ", text, re.MULTILINE))
    right = [name for name, (rule, _) in bank.items() if (name, rule) in told]
    record_property("mutants", [len(killed), len(right), len(bank)])
    assert sorted(set(bank) - killed) == []
    assert sorted(set(bank) - set(right)) == []
    assert len(bank) >= 10


def test_a_failures_text_is_enough_on_its_own(pytester: pytest.Pytester) -> None:
    code = "class TestIt(Whole): client = mutants.MUTANTS['TrailingSlash'][1]"
    result = play(pytester, code, "-k", "FS-ZOHO-02")
    result.stdout.fnmatch_lines(
        [
            "FS-ZOHO-02 /auth/params/accountsUrl: expected https://accounts.zoho.com, "
            'found "https://accounts.zoho.com/": ends in a slash (*acme.py:*)',
            "  nearest   https://accounts.zoho.com",
            "  rule      accountsUrl has no slash at its end (documented)",
            "  document  https://github.com/AdobeDocs/experience-platform.en/blob/HEAD/*zoho.md",
            "  mend      Drop the trailing slash.",
            "  sent      curl -X POST *",
            "*authorization: Bearer xxxx*",
            "  answered  400 application/json;charset=UTF-8 {*FLOW-1100-400*",
            "  raised    AcmeError: refused: 400 at *acme.py:* in Acme.answer, from *acme.py:* in Acme.create*",
            "*replay*pytest 'test_client.py::TestIt::test_a_request_keeps_the_rule[[]FS-ZOHO-02[]]'*",
        ]
    )
    assert "do-not-log" not in result.stdout.str()


def test_a_findings_curl_can_be_pasted() -> None:
    name, auth = 'it\'s "$HOME" `x` \\\\ é', {"params": {"clientSecret": "do-not-log"}}
    body = {"name": name, "description": "d" * 5000, "auth": auth}
    headers = {"authorization": "Bearer do-not-log", "x-api-key": "it's", "user-agent": "acme", "accept": "*/*"}
    request = Request("POST", f"{BASE_PATH}/connections", headers, json.dumps(body).encode(), "http://127.0.0.1:54321")
    text = Exchange(request, Contract().judge(request), Response(400), 0.0, None).curl()
    words = shlex.split(text.replace("\\\n", ""))
    assert words[:4] == ["curl", "-X", "POST", f"http://127.0.0.1:8080{BASE_PATH}/connections"]
    assert words[4:8] == ["-H", "authorization: Bearer xxxx", "-H", "x-api-key: it's"]
    sent = json.loads(words[9])
    assert sent["name"] == name
    assert sent["auth"]["params"] == {"clientSecret": "xxxx"}
    assert len(sent["description"]) < 120


def test_a_curl_of_what_is_no_json_says_so() -> None:
    request = Request("POST", f"{BASE_PATH}/connections", {}, b"name=do-not-log")
    text = Exchange(request, Contract().judge(request), Response(400), 0.0, None).curl()
    assert shlex.split(text, comments=True) == ["curl", "-X", "POST", f"http://127.0.0.1:8080{BASE_PATH}/connections"]
    assert "  # and (15 bytes that aren't JSON" in text


@pytest.mark.parametrize("first", [True, False])
def test_a_findings_curl_has_no_secret_that_another_exchange_names(first: bool) -> None:
    secret = "Zq7S3cr9etßx"
    form = {"content-type": "application/x-www-form-urlencoded"}
    named = Request("POST", "/ims/token/v3", form, f"client_id=abc&client_secret={quote(secret)}".encode())
    repeated = Request("GET", f"{BASE_PATH}/connections/{quote(secret)}/x", {"x-api-key": f"my {secret}"}, b"")
    exchanges: list[Exchange] = []
    secrets, answer = Secrets(exchanges), Response(404, {}, json.dumps({"message": f"no {secret}"}).encode())
    for request in (named, repeated) if first else (repeated, named):
        exchanges.append(Exchange(request, Contract().judge(request), answer, 0.0, None, secrets=secrets))
    told = exchanges[1 if first else 0]
    assert "/connections/xxxx/x" in told.curl()
    assert "x-api-key: my xxxx" in told.curl()
    assert "no xxxx" in told.answered()


def test_a_platforms_exchanges_share_what_they_name(thread: ServerThread) -> None:
    stage = Stage(thread, "here")
    try:
        platform = stage.platform()
        for path in ("/ims/token/v3?client_secret=Zq7S3cr9et", "/data/foundation/x/Zq7S3cr9et"):
            requests.get(platform.url.removesuffix(BASE_PATH) + path, timeout=10)
        assert "/data/foundation/x/xxxx" in platform.traffic[-1].curl()
    finally:
        stage.close()


def test_what_a_client_waits_for_no_more_comes_before_its_next_call(thread: ServerThread) -> None:
    """On a busy machine a client gives up before its request is read; it isn't sent twice for that."""
    stage = Stage(thread, "here")
    try:
        platform = stage.platform()
        place = urlsplit(platform.url)
        assert place.port is not None
        thread._loop.call_soon_threadsafe(time.sleep, 0.3)
        with socket.create_connection((place.hostname, place.port)) as given_up:
            given_up.sendall(
                b"POST /data/foundation/flowservice/connections HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
            )
        stage.settle()
        assert [each.request.method for each in platform.traffic] == ["POST"]
    finally:
        stage.close()


def test_what_a_client_has_given_up_is_settled_before_its_next_call() -> None:
    """Else the creation that comes late would be one of the next call's, as if that had been sent twice."""
    told: list[str] = []

    class GivesUp:
        errors = (OSError,)

        def create_connection(self, number: int) -> str:
            told.append(f"call {number}")
            if number == 1:
                raise TimeoutError
            return "made"

    seen = SimpleNamespace(seconds=0.0, steps=lambda _: (), attempts=[], strays=[])
    stage = SimpleNamespace(watching=lambda _: nullcontext(seen), settle=lambda: told.append("settled"))
    watching = Play(GivesUp(), None, stage)
    for number in (1, 2):
        watching.watch("create_connection", SimpleNamespace(traffic=[], tokens=()), number)
    assert told == ["call 1", "settled", "call 2"]


@pytest.mark.nightly
def test_a_finding_can_be_replayed_from_where_it_was_made(pytester: pytest.Pytester) -> None:
    """From another folder than the root, under names with blanks, quotes, brackets and colons, and under Hypothesis."""
    code = """
        import pytest
        @pytest.mark.parametrize("style", ["a b", "it's [1]::x"])
        class TestIt(Whole):
            client = mutants.MUTANTS["EtagHeaderNeeded"][1]
            @pytest.fixture(autouse=True)
            def _style(self, style): pass
    """
    folder = pytester.path / "its tests"
    folder.mkdir()
    (folder / "pytest.ini").write_text("[pytest]\n")
    file = folder / "test_client.py"
    file.write_text(HEAD + textwrap.dedent(code), "utf-8")
    options = ("-p", "no:cacheprovider", "-p", "no:randomly")
    result = pytester.runpytest_subprocess(*options, file, "-k", "any_valid_answer")
    result.assert_outcomes(failed=2)
    commands = [line.split(None, 1)[1] for line in result.stdout.lines if line.startswith("  replay ")]
    assert len(set(commands)) == 2
    for command in commands:
        name, *arguments = shlex.split(command)
        assert name == "pytest"
        pytester.runpytest_subprocess(*options, *arguments).assert_outcomes(failed=1)


def test_a_client_that_cant_even_create_says_so_once(pytester: pytest.Pytester) -> None:
    code = """
        class TestIt(ClientContract):
            errors = AcmeError
            def create_connection(self, platform, connection):
                raise RuntimeError("not yet")
    """
    result = play(pytester, code, "-q", "-rs")
    assert result.parseoutcomes()["failed"] == 1
    told = [line for line in result.stdout.lines if re.match(r" *\d+ skipped  not reached", line)]
    assert len(told) == 1
    result.stdout.fnmatch_lines(
        [
            "TestIt.create_connection: RuntimeError: not yet (test_client.py:*)",
            "SKIPPED * not reached: creation itself fails; see TestIt.create_connection*",
        ]
    )


@pytest.mark.deep
def test_what_a_client_cant_do_is_skipped_and_counted(pytester: pytest.Pytester) -> None:
    result = play(pytester, CORRECT["urllib"], "-q", "-rs")
    for method in ("get_connection", "list_connections", "update_connection", "delete_connection", "check_connection"):
        assert re.search(rf"SKIPPED \[\d+\].*the client has no {method}", result.stdout.str())
        assert re.search(rf"^ *\d+ skipped  the client has no {method}$", result.stdout.str(), re.MULTILINE)


UNWHOLE = {
    "overridden": (
        "class TestIt(Whole):\n    def test_the_name_arrives(self): pass",
        "test_the_name_arrives is overridden",
    ),
    "removed": ("class TestIt(Whole):\n    test_the_name_arrives = None", "test_the_name_arrives is removed"),
    "told not to be one": (
        "class TestIt(Whole): pass\nClientContract.test_the_name_arrives.__test__ = False",
        "not all collected: test_the_name_arrives",
    ),
    "the play": ("class TestIt(Whole):\n    def play(self, *_, **__): pass", "play is overridden"),
    "the play, as a property": (
        "class TestIt(Whole):\n    @property\n    def play(self): return self.client",
        "play is overridden",
    ),
    "without a play": ("class TestIt(Whole):\n    play = None", "play is removed"),
    "its fixture": ("class TestIt(Whole):\n    _contract_test = None", "_contract_test is removed"),
    "the stage": (
        """
        import pytest
        class TestIt(Whole):
            @pytest.fixture
            def _flow_service_stage(self): pass
        """,
        "the fixture _flow_service_stage is overridden",
    ),
    "skipped": (
        """
        import pytest
        @pytest.mark.skip(reason="later")
        class TestIt(Whole): pass
        """,
        "skipped by a mark (later): *",
    ),
    "skipped by a condition": (
        """
        import pytest
        pytestmark = pytest.mark.skipif(True, reason="here")
        class TestIt(Whole): pass
        """,
        "skipped by a mark (here): *",
    ),
    "an empty parameter set": (
        """
        import pytest
        @pytest.mark.parametrize("more", [])
        class TestIt(Whole):
            @pytest.fixture(autouse=True)
            def use(self, more): pass
        """,
        "skipped by a mark (got empty parameter set*",
    ),
    "no reason": (
        """
        import pytest
        @pytest.mark.xfail
        class TestIt(Whole): pass
        """,
        "xfail without a reason: *",
    ),
    "a constructor": (
        "class TestIt(Whole):\n    def __init__(self): pass",
        "no test was collected: the class has __test__ = False or an __init__",
    ),
    "switched off": (
        "class TestIt(Whole): __test__ = False",
        "no test was collected: the class has __test__ = False or an __init__",
    ),
    "a group alone": (
        """
        from contracts.battery import RegionContract
        class TestIt(RegionContract):
            def create_connection(self, platform, connection): pass
            def test_a_region_is_served(self): pass
        """,
        "test_a_region_is_served is overridden",
    ),
}


CHANGES = ("told not to be one", "a constructor")
"""The one changes the kit, the other warns while it is collected, which here is an error."""


@pytest.mark.parametrize("how", few(UNWHOLE, 2))
def test_a_battery_that_is_not_whole_is_a_finding(pytester: pytest.Pytester, how: str) -> None:
    code, found = UNWHOLE[how]
    result = play(pytester, code, "-q", "-k", "TestIt and battery_is_whole", apart=how in CHANGES)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"FC-ALL-01 TestIt: expected the battery's own tests, found *{found}*"])


HELPERS = """
class Helped(Whole):
    run = stage = connection = created = found = once = needs = group = operations = None

class Helping(Whole):
    stage, group, operations = "acceptance", "acme", ["create", "get"]
    def run(self): raise AssertionError("the author's own")
    connection = created = found = once = needs = run

    def create_connection(self, platform, connection):
        assert self.stage == "acceptance"
        return self.client(platform).create(connection)
"""


@pytest.mark.nightly
def test_an_authors_helpers_may_have_any_name(pytester: pytest.Pytester) -> None:
    code = HELPERS + "class TestNone(Helped): pass\nclass TestOwn(Helping): pass\nclass TestPlain(Whole): pass"
    result = play(
        pytester, code, "-q", "-n", "2", "-rA", "-k", "(TestNone or TestOwn or TestPlain) and not stalled", apart=True
    )
    assert result.ret == 0
    told = re.findall(r"^PASSED test_client.py::Test(None|Own|Plain)::(\S.*)$", result.stdout.str(), re.MULTILINE)
    passed = {name: {test for of, test in told if of == name} for name in ("None", "Own", "Plain")}
    assert len(passed["Plain"]) > 90
    assert passed["None"] == passed["Own"] == passed["Plain"]


@pytest.mark.deep
def test_an_authors_helpers_hide_no_finding(pytester: pytest.Pytester) -> None:
    code = HELPERS + "".join(
        f"class Test{helpers}({helpers}): client = mutants.MUTANTS['UnquotedEtag'][1]\n"
        for helpers in ("Helped", "Helping", "Whole")
    )
    chosen = "(TestHelped or TestHelping or TestWhole) and (FC-RES or FC-READ or FC-UPD-01)"
    text = play(pytester, code, "-q", "-rf", "-k", chosen).stdout.str()
    told = re.findall(r"^FAILED test_client.py::Test(\w+)::(\S+)", text, re.MULTILINE)
    failed = {name: {test for of, test in told if of == name} for name in ("Helped", "Helping", "Whole")}
    assert failed["Whole"] == {"test_the_etag_is_handed_back[FC-RES-02"}
    assert failed["Helped"] == failed["Helping"] == failed["Whole"]


def test_the_play_can_not_be_changed_by_an_instance(pytester: pytest.Pytester) -> None:
    code = """
        class TestIt(Whole):
            def setup_method(self): self.play = None
    """
    result = play(pytester, code, "-q", "-k", "TestIt and FC-REQ-05")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["E * property 'play' of 'TestIt' object has no setter"])


def test_a_clients_class_has_the_documented_names_alone() -> None:
    settings = {"errors", "regions", "destinations", "max_examples", "timeout", "known_findings", "sends"}
    names = {name for name in dir(ClientContract) if not name.startswith(("__", "test_"))}
    assert names == {*METHODS, *settings, "play", "_contract_test"}


@pytest.mark.parametrize(
    "taken",
    [pytest.param("item.originalname != 'test_the_name_arrives'", marks=pytest.mark.nightly), "'FC-RES' in item.name"],
)
def test_a_conftest_can_not_take_tests_away_without_a_word(pytester: pytest.Pytester, taken: str) -> None:
    pytester.makeconftest(f"def pytest_collection_modifyitems(items): items[:] = [item for item in items if {taken}]")
    result = play(pytester, "class TestIt(Whole): pass", "-q", "-k", "TestIt")
    assert result.parseoutcomes()["failed"] == 1
    result.stdout.fnmatch_lines(["*taken away by pytest_collection_modifyitems: test_*"])


@pytest.mark.parametrize(
    "options",
    [
        ("-k", "FC-REQ-05"),
        pytest.param(("--deselect", "test_client.py::TestIt::test_the_name_arrives"), marks=pytest.mark.deep),
    ],
)
def test_whoever_runs_the_tests_may_choose(pytester: pytest.Pytester, options: tuple[str, str]) -> None:
    pytester.makeconftest("def pytest_collection_modifyitems(items): items.reverse()")
    code = "from contracts.battery import RequestContract\nclass TestIt(RequestContract): client = acme.Acme\n"
    code += "TestIt.create_connection = Whole.create_connection\ndel Whole"
    result = play(pytester, code, "-q", *options)
    assert result.ret == 0


def test_an_expected_failure_with_a_reason_is_allowed(pytester: pytest.Pytester) -> None:
    code = """
        import pytest
        class TestIt(Whole):
            @pytest.mark.xfail(reason="names are cut, ticket 12")
            def test_the_name_arrives(self): raise AssertionError
        @pytest.mark.xfail(reason="all of it is new, ticket 13")
        class TestNew(Whole): pass
    """
    play(pytester, code, "-q", "-k", "battery_is_whole").assert_outcomes(passed=2)


def test_a_base_class_that_is_inherited_may_be_switched_off(pytester: pytest.Pytester) -> None:
    code = """
        class TestBase(Whole): __test__ = False
        class TestIt(TestBase): __test__ = True
    """
    play(pytester, code, "-q", "-k", "battery_is_whole").assert_outcomes(passed=1)


@pytest.mark.deep
def test_known_findings_live_in_a_file_beside_the_tests(pytester: pytest.Pytester) -> None:
    (pytester.path / "known.txt").write_text("# ours\nFS-ZOHO-02 the old accounts form, ticket 7\n", "utf-8")
    code = "class TestIt(Whole): client, known_findings = mutants.MUTANTS['TrailingSlash'][1], 'known.txt'"
    result = play(pytester, code, "-q", "-k", "FS-ZOHO-02 and TestIt", "-rx", "--rootdir=..")
    result.assert_outcomes(xfailed=1)
    result.stdout.fnmatch_lines(["*known finding FS-ZOHO-02: the old accounts form, ticket 7*"])


def test_a_known_finding_hides_no_other(pytester: pytest.Pytester) -> None:
    (pytester.path / "known.txt").write_text("FS-CON-02 ticket 7\n", "utf-8")
    code = "class TestIt(Whole): client, known_findings = mutants.MUTANTS['TrailingSlash'][1], 'known.txt'"
    result = play(pytester, code, "-q", "-k", "TestIt and (FS-ZOHO-02 or FS-CON-02 or battery_is_whole)")
    result.assert_outcomes(failed=1, passed=2)
    result.stdout.fnmatch_lines(["known finding FS-CON-02: no test has found it again; take it off the list"])


@pytest.mark.parametrize(
    ("text", "why"),
    few(
        [
            ("FS-ZOHO-99 x", "known.txt:1: there is no rule 'FS-ZOHO-99'"),
            ("\nFS-ZOHO-02", "known.txt:2: FS-ZOHO-02 needs a reason"),
            (None, "known.txt can't be read: No such file or directory"),
        ]
    ),
)
def test_a_wrong_file_of_known_findings_is_one_error(pytester: pytest.Pytester, text: str | None, why: str) -> None:
    if text is not None:
        (pytester.path / "known.txt").write_text(text, "utf-8")
    result = play(pytester, "class TestIt(Whole): known_findings = 'known.txt'", "-q")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"E *{why}*"])


@pytest.mark.parametrize(
    ("regions", "why"), [("('eu', 'xx')", "no region xx; allowed: us, au,*"), ("()", "no region given*")]
)
def test_regions_that_are_none_are_one_error(pytester: pytest.Pytester, regions: str, why: str) -> None:
    result = play(pytester, f"class TestIt(Whole): regions = {regions}", "-q")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"E *TestIt.regions: {why}"])


def test_every_test_names_the_rule_that_it_checks() -> None:
    for name in dir(ClientContract):
        if name.startswith("test_"):
            marks = getattr(ClientContract, name).pytestmark
            assert any("rule" in mark.args[0] for mark in marks if mark.name == "parametrize"), name


def test_every_promise_is_checked_and_every_mutants_rule_exists() -> None:
    folder = Path(__import__("contracts").__file__).parent / "battery"
    text = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    assert [id for id in PROMISES if id not in text] == []
    banks = (MUTANTS, TOKEN_MUTANTS, ZOHO_MUTANTS, SENDER_MUTANTS)
    broken = {rule for bank in banks for rule, _ in bank.values()}
    assert broken <= {*PROMISES, *RULES}
    assert set(PROMISES) - {"FC-ALL-01", "FC-REQ-11"} <= broken  # the latter tells the rules of other services


def test_a_plain_answer_that_is_handed_back_wrongly_is_told_once(pytester: pytest.Pytester) -> None:
    code = "class TestIt(Whole): client = mutants.MUTANTS['UnquotedEtag'][1]"
    result = play(pytester, code, "-q", "-k", "answer_is_understood or id_is_handed or the_etag_is_handed")
    findings = re.findall(r"^(FC-\S+) (?! *\d)", result.stdout.str(), re.MULTILINE)
    assert findings == ["FC-RES-02"]


TOLD_ONCE = {
    "AsciiNamesAlone": {"FC-REQ-05"},
    "LibrarysErrors": {"FC-ERR-03"},
    "OldEtag": {"FC-UPD-04"},
    "PostsTwice": {"FC-REQ-09"},
    "UpdatesThatNeverFail": {"FC-ERR-01", "FC-UPD-03", "FC-UPD-05"},  # nor where another has won
}


@pytest.mark.nightly
def test_what_only_follows_from_a_bug_is_not_told_beside_it(pytester: pytest.Pytester) -> None:
    code = "\n".join(f"class Test{name}(Whole): client = mutants.MUTANTS[{name!r}][1]" for name in TOLD_ONCE)
    chosen = f"({' or '.join(f'Test{name}' for name in TOLD_ONCE)}) and (not stalled or TestLibrarysErrors and create)"
    text = play(pytester, f"Whole.max_examples = 1\n{code}", "-q", "-rf", "-k", chosen, "-p", "no:xdist").stdout.str()
    told = re.findall(r"^FAILED test_client.py::Test(\w+)::\w+\[(\S+) ", text, re.MULTILINE)
    assert {name: {rule for of, rule in told if of == name} for name in TOLD_ONCE} == TOLD_ONCE
