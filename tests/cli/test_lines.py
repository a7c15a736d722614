"""What `serve` and `journal` tell of each call."""

from __future__ import annotations

import io
import json
import re
import signal
import subprocess
import sys
import threading

import click
import pytest
import requests

from mockserver import Mock
from mockserver.cli.lines import Lines, as_text
from tests.kit.connection import zoho
from tests.kit.depth import few
from tests.kit.sender import Sender, core
from tests.kit.serving import create, mockserver, serving, told_of_calls, typed

WRONG = zoho(accountsUrl="https://accounts.zoho.eu/")
LINE = r"\d\d:\d\d:\d\d POST /data/foundation/flowservice/connections %d \d+\.\d ms"


def told_by(*options: str) -> tuple[list[str], list[str]]:
    """What a server tells of a creation and of a refused one, and what `journal` then tells of both."""
    with serving("--port", "0", *options) as (origin, process):
        create(origin, zoho())
        create(origin, WRONG)
        seen = typed("journal", origin).stdout
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
    tells = "-q" not in options and "json" not in options
    lines = told_of_calls(err) if tells else err.splitlines()
    return [line for line in lines if '"logger"' not in line], seen.splitlines()


def test_serve_and_journal_tell_each_call_in_one_line() -> None:
    (created, refused), seen = told_by()
    assert re.fullmatch(LINE % 201, created)
    assert re.fullmatch(LINE % 400 + "  FS-ZOHO-02 /auth/params/accountsUrl", refused)
    assert [re.sub(r" \d+\.\d ms", "", line) for line in (created, refused)] == seen


def test_more_less_and_objects_can_be_asked_for() -> None:
    told, _ = told_by("-v")
    assert any("Drop the trailing slash" in line for line in told)
    assert told_by("-q")[0] == []
    told, _ = told_by("--log-format", "json")
    created, refused = map(json.loads, told)
    assert (created["response"]["status"], refused["violations"][0]["rule"]) == (201, "FS-ZOHO-02")
    assert "body" not in created["request"] | created["response"]
    assert created["ms"] > 0


@pytest.mark.parametrize(("verbose", "quiet"), [(False, False), (True, False), (False, True)])
def test_of_the_event_loop_only_errors_are_told(verbose: bool, quiet: bool) -> None:
    """It warns of each answer to a client that is gone, as of "SSL connection is closed"."""
    code = (
        "import logging\nfrom mockserver.cli.options import log_to_stderr\n"
        f"log_to_stderr({verbose}, {quiet})\n"
        "log = logging.getLogger('asyncio')\nlog.warning('gone')\nlog.error('broken')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", timeout=60, check=True)
    assert done.stderr == "ERROR asyncio: broken\n"


def test_a_fault_that_was_met_is_told() -> None:
    with serving("--port", "0") as (origin, process):
        requests.post(f"{origin}/__admin/faults", json={"status": 503}, timeout=20)
        create(origin, zoho())
        process.terminate()
        _, err = process.communicate(timeout=60)
    assert re.search(r" 503 \d+\.\d ms \(fault 503\)$", told_of_calls(err)[-1])


def test_no_secret_is_told() -> None:
    told, seen = told_by("--log-format", "json", "-v")
    assert "s3cret" not in "".join([*told, *seen])


@pytest.fixture
def sent(mock: Mock) -> Sender:
    return Sender("core", mock, core(mock))


def test_a_narrow_terminal_gets_lines_that_fit(sent: Sender) -> None:
    sent("POST", "/connections", WRONG)
    (row,) = sent.mock.journal.rows()
    head, rule = as_text(row, 0.001, width=60).splitlines()
    assert len(click.unstyle(head)) <= 60
    assert "…" in head
    assert click.unstyle(rule) == "  FS-ZOHO-02 /auth/params/accountsUrl"
    _, *told = as_text(row, 0.001, verbose=True, width=60).splitlines()
    assert len(told) > 1
    assert max(len(click.unstyle(line)) for line in told) <= 60


class Held(io.StringIO):
    """Whoever reads it takes his time, until he is told."""

    def __init__(self) -> None:
        super().__init__()
        self.may = threading.Event()

    def write(self, text: str) -> int:
        assert self.may.wait(60)
        return super().write(text)


def test_a_reader_who_takes_his_time_holds_nobody_up(sent: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockserver.cli.lines._MOST_WAITING", 3)
    held = Held()
    lines = Lines(held)
    sent.mock.journal.listeners.append(lines.hear)
    for _ in range(20):
        assert sent("GET", "/connections").status == 200
    held.may.set()
    lines.finish()
    lines.finish()
    told = held.getvalue()
    dropped = re.findall(r"\((\d+) calls more, too many at once to be told\)", told)
    assert dropped
    assert told.count("GET /data") + sum(map(int, dropped)) == 20


def test_a_reader_who_leaves_stops_nothing(sent: Sender) -> None:
    gone = io.StringIO()
    gone.close()
    lines = Lines(gone)
    sent.mock.journal.listeners.append(lines.hear)
    assert sent("GET", "/connections").status == 200
    lines.finish()
    assert sent("GET", "/connections").status == 200


@pytest.mark.parametrize(
    ("environment", "coloured"),
    few([({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False), ({}, False)]),
)
def test_colour_is_as_the_environment_says(environment: dict[str, str], coloured: bool) -> None:
    plain = {"NO_COLOR": "", "FORCE_COLOR": ""}
    assert ("\x1b[" in mockserver("rules", "FS-ZOHO-01", **(plain | environment)).stdout) is coloured


def test_journal_says_where_no_server_is() -> None:
    result = typed("journal", "http://127.0.0.1:9")
    assert (result.returncode, result.stdout) == (2, "")
    assert "no mock server at http://127.0.0.1:9: nothing listens there" in result.stderr


def test_journal_follows() -> None:
    with serving("--port", "0", "-q") as (origin, _):
        create(origin, zoho())
        command = [sys.executable, "-u", "-m", "mockserver", "journal", origin, "--follow"]
        following = subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8")
        try:
            assert following.stdout is not None
            first = following.stdout.readline()
            create(origin, WRONG)
            second = following.stdout.readline()
            following.send_signal(signal.SIGINT)
            following.communicate(timeout=60)
        finally:
            following.kill()
            following.communicate()
    assert first.endswith(" 201\n")
    assert "FS-ZOHO-02" in second
    assert following.returncode == 0
