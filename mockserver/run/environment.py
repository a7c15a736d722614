"""What a program's environment holds, so that its calls to the real hosts reach a mock, whatever it is written in."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import certifi

from mockserver.children.leading import appended, led
from mockserver.http.authority import Authority, trust_store

__all__ = ["Files", "environment_of", "write_files"]

_BUNDLE = (
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "AWS_CA_BUNDLE",
    "GIT_SSL_CAINFO",
    "PERL_LWP_SSL_CA_FILE",
)
"""Each names the file of all certificates that a library trusts; Python, Ruby, Go and Rust read the first."""
_BESIDES = ("NODE_EXTRA_CA_CERTS", "DENO_CERT")
"""Each names certificates that count beside the usual ones."""
_USUAL = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Alpine, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora
    "/etc/ssl/ca-bundle.pem",  # SUSE
    "/etc/ssl/cert.pem",  # macOS, BSD
)
_PASSWORD = "changeit"  # noqa: S105 -- Java's own for what holds no secret
_WGET = b"\nca_certificate = %s\n"
_PHP = b'curl.cainfo="%s"\nopenssl.cafile="%s"\n'
_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n?", re.DOTALL)


@dataclass(frozen=True)
class Files:
    """``bundle`` holds the authority and the usual roots, ``extra`` the authority and what the user's own environment
    adds to the usual roots, ``java`` is ``bundle`` as a PKCS12 trust store. wget and PHP know no variable for
    certificates: ``wget`` are the settings of the one, ``php`` is a folder with a file of settings of the other.
    """

    bundle: Path
    extra: Path
    java: Path
    wget: Path
    php: Path


def write_files(folder: Path, authority: Authority, base: Mapping[str, str]) -> Files:
    """Write the certificates that a child trusts into ``folder``; what ``base`` trusts, it trusts too."""
    files = Files(folder / "bundle.pem", folder / "extra.pem", folder / "java.p12", folder / "wgetrc", folder / "php")
    certificates = list(dict.fromkeys([authority.pem, *_roots(base), *_named(base, _BUNDLE + _BESIDES)]))
    files.bundle.write_bytes(b"".join(certificates))
    files.extra.write_bytes(b"".join([authority.pem, *_named(base, _BESIDES)]))
    files.java.write_bytes(trust_store(certificates, _PASSWORD))
    files.wget.write_bytes(_read(base.get("WGETRC") or Path.home() / ".wgetrc") + _WGET % os.fsencode(files.bundle))
    files.php.mkdir()
    (files.php / "mockserver.ini").write_bytes(_PHP % (os.fsencode(files.bundle), os.fsencode(files.bundle)))
    return files


def environment_of(
    base: Mapping[str, str],
    address: tuple[str, int],
    files: Files,
    allowed: Iterable[str] = (),
    domains: Iterable[str] = (),
) -> dict[str, str]:
    """``base``, changed so that calls to the emulated hosts and ``domains`` go to the proxy at ``address``, which
    `Files` make trustworthy.

    The proxy lets those to the ``allowed`` hosts through.
    """
    host, port = address
    changed = led(base, address, allowed, domains, str(files.extra))
    changed |= dict.fromkeys(_BUNDLE, str(files.bundle)) | dict.fromkeys(_BESIDES, str(files.extra))
    changed["WGETRC"] = str(files.wget)
    # An empty part stands for the folders that PHP was built with, which no variable at all means too.
    changed["PHP_INI_SCAN_DIR"] = os.pathsep.join([base.get("PHP_INI_SCAN_DIR", ""), str(files.php)])
    changed["MOCKSERVER_ORIGIN"] = f"http://{host}:{port}"
    appended(changed, "JAVA_TOOL_OPTIONS", " ".join(_trusting(files.java)), " ")
    return changed


def _trusting(store: Path) -> Iterator[str]:
    """Java's options."""
    yield f'"-Djavax.net.ssl.trustStore={store}"' if " " in str(store) else f"-Djavax.net.ssl.trustStore={store}"
    yield f"-Djavax.net.ssl.trustStorePassword={_PASSWORD}"
    yield "-Djavax.net.ssl.trustStoreType=PKCS12"


def _named(base: Mapping[str, str], variables: tuple[str, ...]) -> Iterator[bytes]:
    """The certificates of the files that the environment names."""
    for path in dict.fromkeys(base[name] for name in variables if base.get(name)):
        yield from _in(path)


def _roots(base: Mapping[str, str]) -> list[bytes]:
    """The certificates that this system trusts; those that `requests` brings where the system names no file."""
    for path in (base.get("SSL_CERT_FILE"), ssl.get_default_verify_paths().cafile, *_USUAL, certifi.where()):
        found = list(_in(path)) if path else []
        if found:
            return found
    return []


def _in(path: str) -> Iterator[bytes]:
    yield from (each.rstrip() + b"\n" for each in _CERTIFICATE.findall(_read(path)))


def _read(path: str | Path) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""
