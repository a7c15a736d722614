"""The load of tests/fuzz/load.py, for a moment."""

from __future__ import annotations

import sys

import pytest

from tests.fuzz.load import load


@pytest.mark.deep
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_mixed_traffic_loses_nothing_leaks_nothing_and_stops() -> None:
    report = load(seconds=2, clients=16)
    assert report.problems == []
    assert (report.returncode, report.stderr) == (0, "")
    assert report.acknowledged > 0
    assert {200, 201, 204, 400} <= set(report.statuses)
    assert report.idle[-1].files <= report.idle[0].files
    assert len({each.threads for each in report.busy}) == 1
