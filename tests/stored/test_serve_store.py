"""``serve --store`` and ``--workers``, typed as a user types them."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from contracts import BASE_PATH
from mockserver import StoredMock
from mockserver.stored.address import address_of
from mockserver.stored.problem import StoreProblem
from tests.kit.connection import HEADERS, zoho
from tests.kit.depth import few
from tests.kit.paths import ROOT
from tests.kit.sender import Sender, core
from tests.kit.serving import create, mockserver, serving, until

pytestmark = pytest.mark.deep

SECRETS = {
    "clientSecret": "recognisable-client-secret",
    "accessToken": "1000.recognisable-access",
    "refreshToken": "1000.recognisable-refresh",
}
IMS_SECRET = "recognisable-ims"
KEY = "a key of the test's own, long enough"

unix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals or modes")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory in which the command is typed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), *sys.path]))
    monkeypatch.delenv("MOCKSERVER_STORE_KEY", raising=False)
    return tmp_path


def refused(*arguments: str, **environment: str) -> str:
    """The one line with which the command refuses to start."""
    result = mockserver("serve", "--port", "0", *arguments, **environment)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("mockserver: ")
    assert result.stderr.count("\n") == 1, result.stderr
    return result.stderr


def ids(origin: str) -> list[str]:
    answer = requests.get(f"{origin}{BASE_PATH}/connections?orderby=createdAt", headers=dict(HEADERS), timeout=20)
    return [item["id"] for item in answer.json()["items"]]


@unix_only
def test_a_file_is_all_that_has_to_be_named(here: Path) -> None:
    with serving("-q", "--port", "0", "--store", "sqlite:///file.db") as (origin, process):
        made = [create(origin, zoho(**SECRETS)).json()["id"] for _ in range(3)]
        requests.get(f"{origin}/__admin/requests", timeout=20)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert stat.S_IMODE((here / "file.db.key").stat().st_mode) == 0o600
    with serving("-q", "--port", "0", MOCKSERVER_STORE="sqlite:///file.db") as (origin, process):
        assert ids(origin) == made
        process.terminate()
        assert process.communicate(timeout=20) == ("", "")
        assert process.returncode == 0


@unix_only
def test_no_secret_is_in_any_file_or_line(here: Path) -> None:
    form = {"grant_type": "client_credentials", "client_id": "x", "client_secret": IMS_SECRET, "scope": "openid"}
    refresh = {"grant_type": "refresh_token", "client_id": "1000.CLIENT", "refresh_token": SECRETS["refreshToken"]}
    with serving("--port", "0", "--store", "sqlite:///file.db", "-v") as (origin, process):
        id = create(origin, zoho(**SECRETS), Authorization="Bearer recognisable-bearer").json()["id"]
        requests.get(f"{origin}{BASE_PATH}/connections/{id}/test", headers=dict(HEADERS), timeout=20)
        token = requests.post(f"{origin}/ims/token/v3", data=form, timeout=20).json()["access_token"]
        url = f"{origin}/accounts.zoho.eu/oauth/v2/token"
        zohos = requests.post(url, data={**refresh, "client_secret": "s3cret-client-value"}, timeout=20).json()
        hidden = [*SECRETS.values(), "recognisable-bearer", IMS_SECRET, token, zohos["access_token"]]
        files = {path.name: path.read_bytes() for path in here.iterdir()}
        process.send_signal(signal.SIGKILL)
        printed = "".join(process.communicate())
    assert {"file.db", "file.db-wal", "file.db.key"} <= files.keys()
    assert b"flowservice_entries" in files["file.db"] + files["file.db-wal"]
    for secret in hidden:
        assert [name for name, content in files.items() if secret.encode() in content] == []
        assert secret not in printed
    key = files.pop("file.db.key").strip()
    assert [name for name, content in files.items() if key in content] == []


@pytest.mark.parametrize("options", [["--workers", "2"], ["--workers", "2", "--store", "memory:"]])
def test_workers_need_a_store_that_they_share(options: list[str]) -> None:
    result = mockserver("serve", "--port", "0", *options)
    assert (result.returncode, result.stdout) == (2, "")
    assert "give --store sqlite:///FILE.db or --store postgresql://USER@HOST/DATABASE" in result.stderr


@pytest.mark.parametrize(
    ("url", "words"),
    few(
        [
            ("file.db", "no URL of a store; give sqlite:///FILE.db, postgresql://USER@HOST:PORT/DATABASE, or memory:"),
            ("mysql://u:hunter2@h/d", "no store of the kind 'mysql'; give sqlite:///FILE.db"),
            ("sqlite://", "SQLite needs a file"),
            ("sqlite:///:memory:", "SQLite needs a file"),
            ("sqlite:///nosuch/file.db", "sqlite:///nosuch/file.db can't be used: unable to open database file"),
            (
                "postgresql://u:hunter2@127.0.0.1:1/d",
                "postgresql://u:***@127.0.0.1:1/d can't be used: connection failed",
            ),
            ("postgresql://u@127.0.0.1:1/d?password=hunter2", "postgresql://u@127.0.0.1:1/d can't be used"),
            ("postgresql://u:hunter2@127.0.0.1:port/d", "no URL of a store"),
        ],
        0,
        3,
    ),
)
def test_a_store_that_cant_be_is_one_line_without_a_password(url: str, words: str) -> None:
    line = refused("--store", url)
    assert words in line
    assert "hunter2" not in line


def test_a_file_that_is_something_else_is_left_alone(here: Path) -> None:
    (here / "text.db").write_text("This is a text, and no database.\n" * 50)
    with sqlite3.connect(here / "other.db") as other:
        other.execute("CREATE TABLE mine (a)")
    other.close()
    before = {path.name: path.read_bytes() for path in here.iterdir()}
    assert "file is not a database" in refused("--store", "sqlite:///text.db")
    assert "is a database of something else" in refused("--store", "sqlite:///other.db")
    assert {path.name: path.read_bytes() for path in here.iterdir()} == before


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_cant_be_written_is_one_line(here: Path) -> None:
    StoredMock("sqlite:///file.db").close()
    (here / "file.db").chmod(0o400)
    assert "readonly" in refused("--store", "sqlite:///file.db")


def test_a_store_of_another_version_is_one_line(here: Path) -> None:
    StoredMock("sqlite:///file.db").close()
    with sqlite3.connect(here / "file.db") as store:
        store.execute("UPDATE flowservice_head SET version = 99")
    store.close()
    assert "has version 99 of the schema" in refused("--store", "sqlite:///file.db")


def test_the_key_is_asked_for_again(here: Path) -> None:
    store = ("--store", "sqlite:///file.db")
    with serving("--port", "0", *store, MOCKSERVER_STORE_KEY=KEY) as (origin, _):
        made = create(origin, zoho()).json()["id"]
    assert not (here / "file.db.key").exists()
    assert "its key file.db.key isn't there; put it back, or give MOCKSERVER_STORE_KEY" in refused(*store)
    assert not (here / "file.db.key").exists()
    assert "encrypted with another key" in refused(*store, MOCKSERVER_STORE_KEY=KEY[::-1])
    assert "`openssl rand -base64 32` makes one" in refused(*store, MOCKSERVER_STORE_KEY="short")
    (here / "file.db.key").write_text(KEY)
    with serving("--port", "0", *store) as (origin, _):
        assert ids(origin) == [made]


@pytest.mark.parametrize("package", ["sqlalchemy", "cryptography", "psycopg"])
def test_what_isnt_installed_is_named_with_the_extra_that_brings_it(package: str) -> None:
    code = f"import sys; sys.modules[{package!r}] = None; from mockserver.__main__ import main; main()"
    url = "postgresql://u@127.0.0.1:1/d" if package == "psycopg" else "sqlite:///file.db"
    command = [sys.executable, "-c", code, "serve", "--store", url]
    result = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert (result.returncode, result.stderr.count("\n")) == (2, 1), result.stderr
    assert package in result.stderr
    assert "pip install 'flowservice-kit[store]'" in result.stderr


def test_memory_needs_none_of_that() -> None:
    code = (
        "import sys; sys.modules['sqlalchemy'] = sys.modules['cryptography'] = None\n"
        "from mockserver.http.recipe import Recipe; from contracts import Contract\n"
        "print(Recipe(Contract(), 10, None, None, (), None, print).mock().close())"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert result.stdout == "True\n"


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("postgresql://u@h/d", "postgresql+psycopg"),
        ("postgres://u@h/d", "postgresql+psycopg"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg"),
        ("sqlite:///f", "sqlite"),
    ],
)
def test_the_driver_is_chosen(given: str, driver: str) -> None:
    assert address_of(given).url.drivername == driver
    with pytest.raises(StoreProblem, match="no store of the kind"):
        address_of("oracle://u@h/d")


# Workers


def children(process: subprocess.Popen[str]) -> list[int]:
    """The worker processes."""
    tasks = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    found = [int(pid) for pid in tasks.read_text().split()]
    return [pid for pid in found if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


@unix_only
@pytest.mark.parametrize("each", few([signal.SIGINT, signal.SIGTERM], 0, 1))
def test_workers_serve_one_port_and_stop_with_0(each: signal.Signals) -> None:
    with serving("-q", "--port", "0", "--workers", "2", "--store", "sqlite:///file.db") as (origin, process):
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(lambda _: create(origin, zoho()), range(40)))
        assert [answer.status_code for answer in answers] == [201] * 40
        assert sorted(ids(origin)) == sorted(answer.json()["id"] for answer in answers)
        shown = f"{origin}/__admin/requests"
        until(lambda: len(requests.get(shown, timeout=20).json()["requests"]) == 41)
        process.send_signal(each)
        out, err = process.communicate(timeout=20)
        assert (process.returncode, out) == (0, "")
        assert [line for line in err.splitlines() if "end of life" not in line] == []


def test_workers_ask_for_one_token_and_it_is_told_once() -> None:
    options = ("--host", "0.0.0.0", "--port", "0", "--workers", "2", "--store", "sqlite:///file.db")
    with serving(*options) as (origin, process):
        assert process.stdout is not None
        told = process.stdout.readline()
        assert told.startswith("Admin token: ")
        url = f"{origin.replace('0.0.0.0', '127.0.0.1')}/__admin/clock"
        token = {"Authorization": f"Bearer {told.split()[-1]}"}
        assert [requests.get(url, timeout=20).status_code for _ in range(10)] == [401] * 10
        assert [requests.get(url, headers=token, timeout=20).status_code for _ in range(10)] == [200] * 10


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="there is no /proc to look for processes in")
def test_a_worker_that_dies_is_replaced_and_none_outlives_its_parent() -> None:
    spec = {"name": "own", "providerId": "p", "version": "1.0", "attributes": {}, "authSpec": []}
    mock = StoredMock("sqlite:///file.db")
    Sender("core", mock, core(mock))("POST", "/connectionSpecs", spec)  # which a parent reads before it has workers
    mock.close()
    options = ("--strict", "--sandbox", "prod", "--zoho-regions", "all")
    with serving("-q", "--port", "0", "--workers", "2", "--store", "sqlite:///file.db", *options) as (origin, process):
        made = create(origin, zoho()).json()["id"]
        first = children(process)
        assert len(first) == 2
        os.kill(first[0], signal.SIGKILL)
        until(lambda: len(children(process)) == 2 and first[0] not in children(process))
        assert ids(origin) == [made]
        last = children(process)
        process.kill()
        assert process.stderr is not None
        told = [line for line in process.stderr if "end of life" not in line]
        assert told[0] == f"ERROR mockserver: worker {first[0]} ended with -9; another takes its place\n"
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in last))


def test_a_stored_mock_is_for_tests_too() -> None:
    mock = StoredMock("sqlite:///file.db")
    id, _ = Sender("core", mock, core(mock)).create()
    again = StoredMock("sqlite:///file.db")
    assert Sender("core", again, core(again)).read(id)["id"] == id
    assert mock.close() is again.close() is True


def everywhere() -> Iterator[requests.Session]:
    """Connections, each of which one of the workers has taken."""
    for _ in range(8):
        with requests.Session() as session:
            yield session


def calls_counted(session: requests.Session, origin: str) -> int:
    lines = session.get(f"{origin}/__admin/metrics", timeout=20).text.splitlines()
    return sum(int(line.rpartition(" ")[2]) for line in lines if line.startswith("flowservice_calls_total{"))


@unix_only
def test_workers_count_as_one_also_when_one_of_them_dies() -> None:
    with serving("--port", "0", "--store", "sqlite:///file.db", "--workers", "3") as (origin, process):
        for _ in range(24):  # each on a connection of its own
            ids(origin)
        until(lambda: [calls_counted(each, origin) for each in everywhere()] == [24] * 8)
        workers = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        if workers.exists():  # Linux
            os.kill(int(workers.read_text().split()[-1]), signal.SIGKILL)
            until(lambda: [calls_counted(each, origin) for each in everywhere()] == [24] * 8)


@unix_only
def test_each_worker_tells_and_replays_the_calls_of_all() -> None:
    with serving("-q", "--port", "0", "--store", "sqlite:///file.db", "--workers", "2") as (origin, _):
        streams = [
            requests.get(f"{origin}/__admin/events", headers={"Last-Event-ID": "0"}, stream=True, timeout=20)
            for _ in range(6)  # of which each worker has one, but for one time in thirty
        ]
        made = [create(origin, zoho(**SECRETS) | {"name": f"connection-{number}"}) for number in range(4)]
        for stream in streams:
            told = b""
            for line in stream.iter_lines(chunk_size=1):
                told += line
                if told.count(b"event: exchange") == 4 and line.startswith(b"data: "):
                    break
            assert not any(secret.encode() in told for secret in SECRETS.values())
            stream.close()
        again = [session.post(f"{origin}/__admin/replay", json={"id": 1}, timeout=20) for session in everywhere()]
        assert [each.json() for each in again] == [{"status": 201}] * 8
        assert len(ids(origin)) == len(made) + len(again)
