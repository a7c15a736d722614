"""A PostgreSQL server of the tests' own, where its programs are on the machine."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

__all__ = ["PASSWORD", "Postgres", "Unable", "private_postgres"]

PASSWORD = "hunter2/recognisable"


class Unable(Exception):
    """Why no server can be had here."""


@dataclass(frozen=True)
class Postgres:
    """A running server."""

    programs: Path
    folder: Path
    port: int
    prefix: tuple[str, ...]

    def url(self, database: str) -> str:
        return f"postgresql://mock:{quote(PASSWORD, safe='')}@127.0.0.1:{self.port}/{database}"

    def created(self, database: str) -> str:
        """The URL of a new database."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}"')
        return self.url(database)

    @property
    def pid(self) -> int:
        """Of the server's first process."""
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])

    def stop(self, how: str = "immediate") -> None:
        """As ``pg_ctl`` does it (*fast*, *immediate*), or *kill*: with a signal that no process can heed."""
        if how == "kill":
            self._kill()
        else:
            self.run("pg_ctl", "-D", str(self.folder / "data"), "-m", how, "-w", "stop")

    def _kill(self) -> None:
        """The server with its children: those it would leave keep its shared memory."""
        parent = self.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        for each in (parent, *map(int, children)):
            with suppress(ProcessLookupError):  # it has ended with its parent
                os.kill(each, signal.SIGKILL)

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        log = str(self.folder / "log")
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-o", options, "-l", log, "-w", "start")

    def dump(self, database: str) -> bytes:
        return self.run("pg_dump", self.url(database))

    def run(self, program: str, *arguments: str) -> bytes:
        command = [*self.prefix, str(self.programs / program), *arguments]
        done = subprocess.run(command, capture_output=True, cwd=self.folder, timeout=60, check=False)
        if done.returncode:
            raise Unable(f"{program} failed: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout


@contextmanager
def private_postgres() -> Iterator[Postgres]:
    """One for as long as the context lasts; `Unable` says why there is none."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="fsk-pg-"))
    try:
        server = _set_up(programs, folder)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _set_up(programs: Path, folder: Path) -> Postgres:
    prefix = _as_nobody(folder)
    password = folder / "password"
    password.write_text(PASSWORD)
    if prefix:
        shutil.chown(password, folder.owner())
    server = Postgres(programs, folder, 0, prefix)
    how = ["--auth=scram-sha-256", f"--pwfile={password}", "--username=mock", "--no-sync", "--encoding=UTF8"]
    server.run("initdb", "-D", str(folder / "data"), *how)
    for attempt in range(5):
        server = Postgres(programs, folder, _free_port(), prefix)
        try:
            server.start()
        except Unable:
            if attempt == 4:
                raise
        else:
            break
    return server


def _programs() -> Path:
    """Where ``initdb`` and its like are."""
    folders = []
    found = shutil.which("initdb")
    if found:
        folders.append(Path(found).resolve().parent)
    config = shutil.which("pg_config")
    if config:
        folders.append(Path(subprocess.run([config, "--bindir"], capture_output=True, text=True).stdout.strip()))
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if all((folder / name).exists() for name in ("initdb", "pg_ctl", "postgres", "pg_dump")):
            return folder
    raise Unable("PostgreSQL's programs aren't on this machine")


def _as_nobody(folder: Path) -> tuple[str, ...]:
    """PostgreSQL refuses to be run by root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return ()
    names = [each.pw_name for each in pwd.getpwall()]
    user = next((name for name in ("postgres", "nobody") if name in names), None)
    if user is None:
        raise Unable("as root PostgreSQL needs another user, postgres or nobody")
    shutil.chown(folder, user)
    entry = pwd.getpwnam(user)
    if shutil.which("setpriv"):
        return ("setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups")
    if shutil.which("runuser"):
        return ("runuser", "-u", user, "--")
    raise Unable("as root PostgreSQL needs setpriv or runuser")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
