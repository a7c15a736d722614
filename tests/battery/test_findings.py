"""What an author reads: one report for one bug, the cause before what follows from it, and slips told as slips."""

from __future__ import annotations

import re

import pytest

from tests.kit.depth import few
from tests.kit.playing import HEAD, play

SLIPS = {
    "a setting": ("error = ValueError", "*TestIt.error: no such name; nearest: errors"),
    "a number": ("max_example = 3", "*TestIt.max_example: *; nearest: max_examples"),
    "codes": ("region = 'eu'", "*TestIt.region: *; nearest: regions"),
    "a method": (
        "def list_connection(self, platform): return []",
        "*TestIt.list_connection: *nearest: list_connections",
    ),
    "the method": ("def create_connections(self, p, c): pass", "*nearest: create_connection"),
    "one that pytest would take": ("def test_connection(self, platform, id): pass", "*nearest: check_connection"),
    "no class": ("errors = 'AcmeError'", "*TestIt.errors is a class of exceptions or a tuple of them, not 'AcmeError'"),
    "no number": ("timeout = '5'", "*TestIt.timeout is a number of seconds, not '5'"),
    "none at all": ("max_examples = 0", "*TestIt.max_examples is a whole number from 1 on, not 0"),
    "a text": ("regions = 'eu'", "*TestIt.regions is a tuple of codes, not 'eu'"),
}


@pytest.mark.parametrize("slip", few(SLIPS))
def test_a_misspelt_setting_is_an_error_with_the_nearest_name(pytester: pytest.Pytester, slip: str) -> None:
    code, told = SLIPS[slip]
    result = play(pytester, f"class TestIt(Whole):\n    {code}", "-q", "-p", "no:xdist")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"E *TypeError: {told.lstrip('*')}" if told.startswith("*TestIt") else f"E {told}"])


def test_a_helper_of_the_authors_own_may_sound_alike(pytester: pytest.Pytester) -> None:
    code = """
        class TestIt(Whole):
            region_code, error_class, sessions = "eu", ValueError, []
            def set_connection(self): pass
            def make_connection(self): pass
            def connections(self): pass
    """
    play(pytester, code, "-q", "-k", "battery_is_whole", "-p", "no:xdist").assert_outcomes(passed=1)


def test_a_method_with_other_parameters_is_told_with_its_line(pytester: pytest.Pytester) -> None:
    code = """
        class TestIt(Whole):
            def create_connection(self, platform): pass
    """
    result = play(pytester, code, "-q", "-k", "TestIt and FC-REQ-09", "-p", "no:xdist")
    line = next(
        number for number, text in enumerate((HEAD + code).strip().splitlines(), 1) if "(self, platform): pass" in text
    )
    told = (
        f"TestIt.create_connection: TypeError: *takes 2 positional arguments but 3 were given (test_client.py:{line})"
    )
    result.stdout.fnmatch_lines([told])


def test_a_slip_in_the_class_is_one_finding_of_no_rule(pytester: pytest.Pytester) -> None:
    code = """
        class TestIt(Whole):
            def create_connection(self, platform, connection):
                return self.client(platform).create(connection, token=platform.tokn)
    """
    result = play(pytester, code, "-q", "-k", "TestIt and FC-REQ", "-p", "no:xdist")
    assert result.parseoutcomes()["failed"] == 1
    result.stdout.fnmatch_lines(
        [
            "TestIt.create_connection: AttributeError: 'Platform' object has no attribute 'tokn' (test_client.py:*)",
            "its own *test_client.py:*Mend the test's own class.",
        ]
    )
    assert re.search(r"^F[SC]-", result.stdout.str(), re.MULTILINE) is None


def test_findings_of_one_rule_at_one_line_are_one_report(pytester: pytest.Pytester) -> None:
    code = "class TestIt(Whole): client = mutants.MUTANTS['StatusIgnored'][1]"
    result = play(pytester, code, "-q", "-k", "TestIt and FC-ERR-01 and refused_creation", "-p", "no:xdist")
    assert result.parseoutcomes()["failed"] == 15
    text = result.stdout.str()
    assert len(re.findall(r"^FC-ERR-01 .*\(", text, re.MULTILINE)) == 1
    assert len(re.findall(r"^FAILED ", text, re.MULTILINE)) == 1
    result.stdout.fnmatch_lines(
        [
            "FC-ERR-01 400-service on create_connection: expected an error is raised, found success, *",
            "  also in   400-problem, 400-gateway, 401-gateway, 401-service, *",
            "  answered  400 application/json;charset=UTF-8 *",
            "FC-ERR-01   15 x *acme.py:*  Check the status before the body*",
        ]
    )


def test_the_first_line_is_enough(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    code = "class TestIt(Whole): client = mutants.MUTANTS['NullDescription'][1]"
    first = "FS-CON-02 /description: expected a string, found null (*acme.py:*)"
    for style in ("auto", "short", "no", "line"):
        result = play(pytester, code, "-q", "-k", "TestIt and FS-CON-02", f"--tb={style}", "-p", "no:xdist")
        result.stdout.fnmatch_lines([first if style != "line" else f"*acme.py:*: {first}"])
        result.stdout.fnmatch_lines([f"FAILED test_client.py::TestIt::test_a_request_keeps_the_rule[[]{first}[]]"])


@pytest.mark.parametrize(
    ("name", "told", "others"),
    few(
        [
            ("AlwaysProd", "FC-REQ-04", "FC-TEN or FC-UPD-05 or FC-REQ-04-get"),
            ("NullDescription", "FS-CON-02", "FC-REQ-06"),
            ("StrippedName", "FC-REQ-05", "FS-CON-15"),
            ("AccountsOfTheUs", "FS-ZOHO-03", "FC-REG or (FC-REQ-07 and accountsUrl)"),
            ("OneRegion", "FC-REG-01", "(FC-REQ-07 and endpoint)"),
            ("NoIfMatch", "FC-UPD-01", "FC-UPD"),
            ("SharedUrl", "FC-TEN-01", "FC-REQ-09 or FC-RES or FC-TEN"),
        ]
    ),
)
def test_what_follows_stands_under_its_cause(pytester: pytest.Pytester, name: str, told: str, others: str) -> None:
    code = f"class TestIt(Whole): client = mutants.MUTANTS[{name!r}][1]"
    wanted = f"TestIt and not stalled and ({others} or (value and {told}) or (keeps_the_rule and {told}) or arrives)"
    text = play(
        pytester, code, "-q", "-k", f"{wanted} or (TestIt and FC-REG and {told})", "-p", "no:xdist"
    ).stdout.str()
    assert set(re.findall(r"^(F[SC]-\w+-\d\d) +\d+ x ", text, re.MULTILINE)) == {told}


def test_a_leak_names_the_logger_and_the_line(pytester: pytest.Pytester) -> None:
    code = "class TestIt(Whole): client = mutants.MUTANTS['LogsTheBody'][1]"
    result = play(pytester, code, "-q", "-k", "TestIt and FC-SEC-01-create", "-p", "no:xdist")
    result.stdout.fnmatch_lines(
        ["FC-SEC-01 log, create_connection, success: *found the clientSecret by logger acme (*mutants.py:*)"]
    )
    result.stdout.no_fnmatch_line("*do-not-log*")


PRINTS = {
    "print": "print('a token:', platform.access_token)",
    "stderr": "sys.stderr.writelines([platform.access_token])",
    "a stream that was kept": "kept.write(platform.access_token)",
    "a library's own lines": "pprint.pprint({'token': platform.access_token})",
}


@pytest.mark.parametrize("how", PRINTS)
def test_what_is_printed_names_the_line(pytester: pytest.Pytester, how: str) -> None:
    code = f"""
        import pprint
        kept = sys.stdout
        class TestIt(Whole):
            def create_connection(self, platform, connection):
                {PRINTS[how]}  # here
                return self.client(platform).create(connection)
    """
    options = ("-q", "--show-capture=no", "-p", "no:xdist")
    result = play(pytester, code, *options, "-k", "TestIt and FC-SEC-02-create")
    (here,) = [
        number
        for number, line in enumerate((pytester.path / "test_client.py").read_text("utf-8").splitlines(), 1)
        if line.endswith("# here")
    ]
    result.stdout.fnmatch_lines([f"FC-SEC-02 * found the bearer token (test_client.py:{here})"])
    result.stdout.no_fnmatch_line("*DO-not-log*")


def test_a_terminal_is_given_colours(pytester: pytest.Pytester) -> None:
    code = "class TestIt(Whole): client = mutants.MUTANTS['NullDescription'][1]"
    text = play(pytester, code, "-q", "-k", "TestIt and FS-CON-02", "--color=yes", "-p", "no:xdist").stdout.str()
    assert re.search(r"\x1b\[31m(\x1b\[1m)?FS-CON-02 |\x1b\[1m\x1b\[31mFS-CON-02 ", text)
    assert re.search(r"\x1b\[32m  mend ", text)


def test_the_basics_come_first_for_whoever_stops_there(pytester: pytest.Pytester) -> None:
    code = "class TestIt(Whole): client = mutants.MUTANTS['NullDescription'][1]"
    result = play(pytester, code, "-q", "-x", "-k", "TestIt and (FS-CON-02 or FC-SEC or FC-TEN)", "-p", "no:xdist")
    assert result.parseoutcomes()["failed"] == 1
    assert result.parseoutcomes().get("passed", 0) == 0
