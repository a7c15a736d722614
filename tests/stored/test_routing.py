"""The example of nginx that routes by organisation, where nginx is on the machine."""

from __future__ import annotations

import shutil
import socket
import subprocess
from pathlib import Path

import pytest
import requests

from contracts import BASE_PATH
from tests.kit.connection import HEADERS, zoho
from tests.kit.depth import deep
from tests.kit.paths import ROOT
from tests.kit.serving import serving, until

CONF = ROOT / "docs/deployment/nginx.conf"


@deep
@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx isn't on this machine")
def test_an_organisations_calls_reach_one_replica(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with serving("--port", "0") as (first, _), serving("--port", "0") as (second, _):
        text = CONF.read_text("utf-8").replace("listen 8080", f"listen 127.0.0.1:{port}")
        for name, origin in (("mock-1:8080", first), ("mock-2:8080", second)):
            text = text.replace(name, origin.removeprefix("http://"))
        (tmp_path / "nginx.conf").write_text(f"daemon off; pid {tmp_path}/pid; error_log stderr;\n{text}", "utf-8")
        process = subprocess.Popen(["nginx", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")])
        try:
            until(lambda: answers(port))
            for number in range(8):
                headers = HEADERS | {"x-gw-ims-org-id": f"ORG{number}@AdobeOrg"}
                url = f"http://127.0.0.1:{port}{BASE_PATH}/connections"
                made = [requests.post(url, headers=headers, json=zoho(), timeout=20).json()["id"] for _ in range(4)]
                found = requests.get(f"{url}?orderby=createdAt", headers=headers, timeout=20).json()["items"]
                assert [item["id"] for item in found] == made
            journals = [requests.get(f"{each}/__admin/requests", timeout=20).json() for each in (first, second)]
            asked = [len(journal["requests"]) for journal in journals]
            assert sum(asked) == 40
            assert min(asked) > 0
        finally:
            process.terminate()
            process.wait(20)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_the_example_hashes_the_organisation() -> None:
    assert "hash $http_x_gw_ims_org_id consistent;" in CONF.read_text("utf-8")
