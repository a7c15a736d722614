"""What a command's environment holds."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from mockserver.http.authority import Authority
from mockserver.run.environment import environment_of, write_files
from tests.kit.running import missing


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def environment(folder: Path, authority: Authority, base: Mapping[str, str], *allowed: str) -> dict[str, str]:
    folder.mkdir(exist_ok=True)
    return environment_of(base, ("127.0.0.1", 4242), write_files(folder, authority, base), allowed)


def test_proxies_lead_to_the_mock_and_past_it_only_to_this_machine(tmp_path: Path, authority: Authority) -> None:
    base = {"ALL_PROXY": "socks5://elsewhere", "no_proxy": ".adobe.io", "HTTPS_PROXY": "http://elsewhere", "HOME": "/x"}
    given = environment(tmp_path, authority, base)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        assert given[name] == "http://127.0.0.1:4242"
    assert given["NO_PROXY"] == given["no_proxy"] == "localhost,127.0.0.1,::1"
    assert "ALL_PROXY" not in given
    assert given["HOME"] == "/x"


def test_php_reads_its_certificates_from_a_file_of_settings_beside_its_own(
    tmp_path: Path, authority: Authority
) -> None:
    given = environment(tmp_path, authority, {})
    usual, folder = given["PHP_INI_SCAN_DIR"].split(":")
    assert usual == ""
    bundle = given["SSL_CERT_FILE"]
    assert (Path(folder) / "mockserver.ini").read_text() == f'curl.cainfo="{bundle}"\nopenssl.cafile="{bundle}"\n'


def test_a_users_own_settings_stay(tmp_path: Path, authority: Authority) -> None:
    own = tmp_path / "own.pem"
    own.write_bytes(Authority().pem)
    settings = tmp_path / "own-wgetrc"
    settings.write_text("timeout = 5\n")
    base = {
        "NODE_OPTIONS": "--max-old-space-size=100",
        "JAVA_TOOL_OPTIONS": "-Dx=y",
        "PYTHONPATH": "/mine",
        "NODE_EXTRA_CA_CERTS": str(own),
        "WGETRC": str(settings),
        "PHP_INI_SCAN_DIR": "/mine",
    }
    given = environment(tmp_path / "files", authority, base)
    assert given["NODE_OPTIONS"].startswith("--max-old-space-size=100 --require ")
    assert given["JAVA_TOOL_OPTIONS"].startswith("-Dx=y -D")
    assert given["PYTHONPATH"].endswith(":/mine")
    assert Path(given["NODE_EXTRA_CA_CERTS"]).read_bytes() == authority.pem + own.read_bytes()
    assert Path(given["WGETRC"]).read_text().startswith("timeout = 5\n")
    assert given["PHP_INI_SCAN_DIR"].startswith("/mine:")
    for name in (
        "SSL_CERT_FILE",
        "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
        "AWS_CA_BUNDLE",
        "GIT_SSL_CAINFO",
        "PERL_LWP_SSL_CA_FILE",
    ):
        bundle = Path(given[name]).read_bytes()
        assert authority.pem in bundle
        assert own.read_bytes() in bundle
        assert bundle.count(b"BEGIN CERTIFICATE") > 50  # the usual roots


def test_a_folder_with_a_space_in_its_name_is_no_trouble(tmp_path: Path, authority: Authority) -> None:
    given = environment(tmp_path / "a folder", authority, {"PATH": "/usr/bin:/bin"})
    if not missing("java"):
        ran = subprocess.run(["java", "-version"], env=given, capture_output=True, encoding="utf-8", check=False)
        assert ran.returncode == 0, ran.stderr


@pytest.mark.deep
@pytest.mark.skipif(bool(missing("keytool")), reason="there is no keytool here")
def test_javas_trust_store_holds_the_authority_and_the_usual_roots(tmp_path: Path, authority: Authority) -> None:
    environment(tmp_path, authority, {})
    listed = subprocess.run(
        ["keytool", "-list", "-keystore", str(tmp_path / "java.p12"), "-storepass", "changeit"],
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout
    assert listed.count("trustedCertEntry") > 50
