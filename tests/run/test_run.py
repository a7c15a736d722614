"""`mockserver run`: the command's own code, signals and terminal, and the verdict."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.kit.depth import deep, few
from tests.kit.running import run
from tests.kit.serving import until

ASK = (
    "curl -sS https://platform.adobe.io/data/foundation/flowservice/connections -H 'Authorization: Bearer x' "
    "-H 'x-api-key: x' -H 'x-gw-ims-org-id: A@AdobeOrg' -H 'x-sandbox-name: prod' -H 'Content-Type: application/json' "
)
BROKEN = (
    ASK + """-d '{"name": "a", "connectionSpec": {"id": "929e4450-0237-4ed2-9404-b7e1e0a00309", "version": "1.0"}}'"""
)
CREATE = ASK + "-d @-"
WARNED = ASK + "-G -d nosuch=1 -d other=1"


@pytest.mark.parametrize(
    ("arguments", "code"),
    few(
        [
            (["--", "sh", "-c", "exit 7"], 7),
            (["sh", "-c", "kill -TERM $$"], 128 + signal.SIGTERM),
            (["--", "nosuch command"], 127),
            ([], 2),
            (["--", "/etc/passwd"], 126),
            (["--allow", "https://example.com", "--", "true"], 2),
            (["--report", "met.pdf", "--", "true"], 2),
            (["--lenient", "--strict", "--", "true"], 2),
            (["--nosuch", "--", "true"], 2),
            (["--store", "nosuch://store", "--", "true"], 2),
            (["--stubs", "/etc/passwd", "--", "true"], 2),
        ],
        3,
    ),
)
def test_the_exit_code_is_the_commands_own_or_says_what_is_wrong(arguments: list[str], code: int) -> None:
    ran = run(*arguments)
    assert ran.returncode == code
    if code > 100 and code < 128:
        assert ran.stderr.count("\n") == 1
        assert ran.stderr.startswith(f"mockserver: {arguments[-1]}: ")
        assert ("a whole line goes to a shell: sh -c '...'" in ran.stderr) == (" " in arguments[-1])


def test_each_level_of_a_breach_has_its_exit_code(tmp_path: Path) -> None:
    """One start each is enough for what `Verdict.fails` decides."""
    both = f"{BROKEN}; {BROKEN}; {WARNED}; exit 0"
    ran = run("--report", "met.md", "--report", "met.json", "--", "sh", "-c", both, where=tmp_path)
    assert ran.returncode == 1
    assert "mockserver: 3 calls (flow-service 3), 2 with errors and 1 with warnings\n" in ran.stderr
    assert re.search(r"^  error FS-CON-16, 2 times\n    POST https://platform.adobe.io/\S+ -> 400\n", ran.stderr, re.M)
    assert ran.stderr.count("sent by curl/") == 2  # of all that one request broke it is told once
    assert re.search(r"^  warning \S+, in the same request$", ran.stderr, re.M)
    for report in ("met.md", "met.json"):
        assert "createConnection" in (tmp_path / report).read_text("utf-8")
    assert run("--fail-on", "none", "--", "sh", "-c", both, where=tmp_path).returncode == 0


@deep
@pytest.mark.parametrize("option", ["--workers", "--host", "--https-port", "--admin-token"])
def test_an_option_that_serve_alone_has_is_refused_with_the_reason(option: str) -> None:
    ran = run(option, "2", "--", "true", MOCKSERVER_WORKERS="3")
    assert ran.returncode == 2
    assert f"mockserver: run takes no {option}: " in ran.stderr


@deep
def test_a_store_keeps_what_a_command_has_made_for_the_next(tmp_path: Path) -> None:
    pytest.importorskip("sqlalchemy")
    store = ("--store", f"sqlite:///{tmp_path}/kept.db")
    made = run(*store, "--", "sh", "-c", "mockserver example zoho-crm --format json | " + CREATE)
    assert (made.returncode, "flow-service 1" in made.stderr) == (0, True)
    read = run(*store, "--", "sh", "-c", ASK)
    assert json.loads(made.stdout)["id"] == json.loads(read.stdout)["items"][0]["id"]
    assert "/connections: 1 of 10 operations" in read.stderr  # this run's alone


@deep
@pytest.mark.parametrize(("level", "code"), [("error", 0), ("warning", 1), ("none", 0)])
def test_a_warning_fails_where_that_is_asked_for(level: str, code: int) -> None:
    assert run("--fail-on", level, "--", "sh", "-c", WARNED).returncode == code


def test_the_verdict_counts_calls_that_the_journal_has_forgotten_and_what_nobody_met() -> None:
    fault = """curl -sS $MOCKSERVER_ORIGIN/__admin/faults -d '{"status": 503, "path": "/flows"}'"""
    bare = "env -u CURL_CA_BUNDLE -u SSL_CERT_FILE curl -s https://accounts.zoho.in/"
    script = f"{fault}; {BROKEN}; {WARNED}; curl -s https://example.org/; {bare}; exit 3"
    ran = run("--journal", "1", "--", "sh", "-c", script)
    assert ran.returncode == 3
    assert "mockserver: 2 calls (flow-service 2), 1 with errors and 1 with warnings\n" in ran.stderr
    assert "never met: Fault(status=503, path='/flows')\n" in ran.stderr
    assert (
        "refused example.org, once: --allow example.org lets it through, a stub of that host answers it\n" in ran.stderr
    )
    assert "the certificate for accounts.zoho.in wasn't taken, once: " in ran.stderr


def test_a_taken_port_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = run("--port", str(taken.getsockname()[1]), "--", "true")
    assert (ran.returncode, ran.stderr.count("\n")) == (3, 1)


def test_without_the_extra_one_line_names_it() -> None:
    code = "import sys; sys.modules['trustme'] = None; from mockserver.__main__ import main; main()"
    wide = {**os.environ, "COLUMNS": "200"}
    for arguments in (["run", "--", "true"], ["serve", "--port", "0", "--https-port", "0"]):
        command = [sys.executable, "-c", code, *arguments]
        ran = subprocess.run(command, env=wide, capture_output=True, encoding="utf-8", timeout=60, check=False)
        assert (ran.returncode, ran.stdout) == (2, "")
        assert ran.stderr.startswith("mockserver: TLS needs packages that aren't installed: pip install ")
        assert "flowservice-kit[run]" in ran.stderr
        assert ran.stderr.count("\n") == 1


CHILD = """
import os, signal, sys, time
met = []
for each in (signal.SIGINT, signal.SIGTERM):
    signal.signal(each, lambda number, frame: met.append(number))
print("ready", os.isatty(0), os.environ["SSL_CERT_FILE"], flush=True)
while not met:
    time.sleep(0.02)
time.sleep(0.2)
print("met", *met, flush=True)
sys.exit(9)
"""


def test_a_terminals_interrupt_reaches_the_command_once_and_nothing_is_left() -> None:
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, "-m", "mockserver", "run", "--", sys.executable, "-c", CHILD])
    shown = b""
    while b"ready" not in shown or not shown.endswith(b"\n"):
        shown += os.read(terminal, 1000)
    os.write(terminal, b"\x03")
    try:
        while part := os.read(terminal, 1000):
            shown += part
    except OSError:  # as Linux tells the end of a terminal
        pass
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 9
    _, is_terminal, bundle = re.search(r"ready (\S+) (\S+)", shown.decode()).group(0).split()  # type: ignore[union-attr]
    assert is_terminal == "True"
    assert f"met {signal.SIGINT.value}\r\n" in shown.decode()
    assert not Path(bundle).parent.exists()


@pytest.mark.parametrize("number", few([signal.SIGTERM, signal.SIGINT]))
def test_a_signal_without_a_terminal_is_passed_on(number: signal.Signals, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "mockserver", "run", "--", sys.executable, "-c", CHILD],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "TMPDIR": str(tmp_path)},
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("ready False")
    (folder,) = tmp_path.iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert b"PRIVATE KEY" not in b"".join(file.read_bytes() for file in folder.rglob("*.*"))
    process.send_signal(number)
    out, told = process.communicate(timeout=30)
    assert (out, process.returncode) == (f"met {number.value}\n", 9)
    assert told.startswith("mockserver: no call reached the mock\n")
    assert list(tmp_path.iterdir()) == []


@deep
def test_a_signal_while_it_starts_leaves_nothing(tmp_path: Path) -> None:
    for delay in range(8):
        process = subprocess.Popen(
            [sys.executable, "-m", "mockserver", "run", "--", "sleep", "60"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "TMPDIR": str(tmp_path)},
        )
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(delay * 0.15)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) in (143, -signal.SIGTERM)
    until(lambda: list(tmp_path.iterdir()) == [])
    assert tempfile.gettempdir()
