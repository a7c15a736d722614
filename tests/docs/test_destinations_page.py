"""The page about destinations: its blocks are tests, and they pass."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path

import pytest

from contracts.battery import Activation, DatasetExport
from mockserver.platform import FlowService
from tests.kit.depth import deep
from tests.kit.paths import ROOT

TEXT = (ROOT / "docs" / "destinations.md").read_text("utf-8")
BLOCKS = dict(re.findall(r"```python\n# (\S+\.py)\n(.*?)```", TEXT, re.DOTALL))
CONTRACT = "test_client.py"
ROADS = [name for name in BLOCKS if name.startswith("test_") and name != CONTRACT]


@pytest.mark.parametrize("name", ROADS)
def test_each_road_is_gone_without_a_breach(
    name: str, flow_service: FlowService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file, code in BLOCKS.items():
        (tmp_path / file).write_text(code, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    for module in ("api", name.removesuffix(".py")):
        monkeypatch.delitem(sys.modules, module, raising=False)
    road = importlib.import_module(name.removesuffix(".py"))
    (test,) = [value for key, value in vars(road).items() if key.startswith("test_")]
    test(flow_service)
    for module in ("api", road.__name__):
        del sys.modules[module]
    breaches = [found for row in flow_service.requests for found in row["violations"]]
    assert breaches == []


def test_there_are_three_roads() -> None:
    assert len(ROADS) == 3


@deep
def test_the_pages_client_keeps_the_contract(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_client=BLOCKS[CONTRACT])
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:xdist", "-W", "error")
    result.assert_outcomes(passed=23, skipped=1)


def test_the_page_names_what_a_client_is_handed() -> None:
    names = {name for row in (Activation, DatasetExport) for name in dir(row) if not name.startswith("_")}
    assert {name for name in names if not re.search(rf"[`.]{name}[`(]", TEXT)} == set()
