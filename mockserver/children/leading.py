"""The variables by which a process, in whatever language, asks one address instead of the real hosts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from mockserver.hosts import emulated_domains

__all__ = ["LOOPBACK", "appended", "led"]

_HERE = Path(__file__).parent
LOOPBACK = "localhost,127.0.0.1,::1"


def led(
    base: Mapping[str, str],
    address: tuple[str, int],
    allowed: Iterable[str],
    domains: Iterable[str] = (),
    authority: str = "",
) -> dict[str, str]:
    """``base``, changed so that what is for the emulated hosts, and for ``domains``, goes to ``address``.

    There is a proxy for those who ask one, and the others' sockets are led there. A proxy of the user's own isn't
    asked any more. Hosts that aren't ``allowed`` are asked of the proxy too, but for this machine's; ``*`` allows all.
    ``authority`` is a file of certificates that count beside the usual ones.
    """
    host, port = address
    proxy = f"http://{host}:{port}"
    changed = {name: value for name, value in base.items() if name.upper() not in ("ALL_PROXY", "NO_PROXY")}
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        changed[name] = changed[name.lower()] = proxy
    changed["NO_PROXY"] = changed["no_proxy"] = LOOPBACK
    changed["PERL_LWP_ENV_PROXY"] = "1"  # else Perl's LWP asks for no proxy unless its program says so
    changed["MOCKSERVER_RUN_ADDRESS"] = f"{host}:{port}"
    changed["MOCKSERVER_RUN_CA"] = authority
    changed["MOCKSERVER_RUN_HOSTS"] = ",".join(sorted({*domains, *emulated_domains()}))
    changed["MOCKSERVER_RUN_ALLOWED"] = ",".join(sorted(allowed))
    appended(changed, "PYTHONPATH", str(_HERE / "python"), os.pathsep, first=True)
    preload = _escaped(_HERE / "node" / "preload.cjs")
    appended(changed, "NODE_OPTIONS", f'--require "{preload}"', " ")
    appended(changed, "BUN_OPTIONS", f'"--preload={preload}"', " ")  # which knows no other place for the quotes
    java = (f"-D{scheme}.proxyHost={host} -D{scheme}.proxyPort={port}" for scheme in ("http", "https"))
    appended(changed, "JAVA_TOOL_OPTIONS", " ".join(java), " ")
    return changed


def appended(changed: dict[str, str], name: str, value: str, between: str, first: bool = False) -> None:
    """Add ``value`` to what the variable holds already, behind it or in front of it."""
    own = changed.get(name)
    parts = [value, own] if first else [own, value]
    changed[name] = between.join(part for part in parts if part)


def _escaped(path: Path) -> str:
    """As Node reads a word in quotes."""
    return str(path).replace("\\", "\\\\").replace('"', '\\"')
