"""Peers from their package indexes into a scratch folder; what is there already is kept."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from side_by_side.rows import Peer

_VERSIONS = "import sys; from importlib.metadata import version; print(*map(version, sys.argv[1:]))"


class Missing(Exception):
    """Why a peer can't be had here."""


def install(peer: Peer, scratch: Path) -> str:
    """Its version, as the table shows it; `Missing` where it can't be had."""
    if peer.index == "npm":
        return _npm(peer.packages[0], scratch / "npm" / peer.packages[0].removeprefix("@").replace("/", "-"))
    if peer.index == "pypi":
        return _pypi(peer.packages, scratch / peer.venv)
    if peer.index == "debian":
        return _on_path("nginx", "-v").rpartition("/")[2]
    return _run([sys.executable, "-m", "mockserver", "--version"]).split()[-1]


def _npm(package: str, folder: Path) -> str:
    described = folder / "node_modules" / package / "package.json"
    if not described.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _on_path("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), package)
    return str(json.loads(described.read_text("utf-8"))["version"])


def _pypi(packages: tuple[str, ...], folder: Path) -> str:
    python = folder / "bin" / "python"
    if not (folder / "installed").exists():
        venv.create(folder, with_pip=True, clear=True)
        _run([str(python), "-m", "pip", "install", "--quiet", *packages])
        (folder / "installed").touch()
    names = [package.partition("[")[0] for package in packages]
    found = _run([str(python), "-c", _VERSIONS, *names]).split()
    return ", ".join(f"{name} {version}" for name, version in zip(names, found, strict=True))


def _on_path(program: str, *arguments: str) -> str:
    if shutil.which(program) is None:
        raise Missing(f"no {program} on PATH")
    return _run([program, *arguments])


def _run(command: list[str]) -> str:
    ran = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    text = (ran.stdout + ran.stderr).strip()
    if ran.returncode:
        raise Missing(text.splitlines()[-1] if text else f"{command[0]} failed")
    return text
