"""A few hostile inputs with each run; ``python -m tests.fuzz.hostile`` sends as many as one likes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.hostile import fuzz, fuzz_served
from tests.kit.depth import deep, nightly


@pytest.mark.parametrize("inputs", [500, pytest.param(50_000, marks=nightly)])
def test_hostile_inputs_do_no_harm(inputs: int) -> None:
    report = fuzz(inputs, 7)

    assert report.problems == []
    assert report.inputs == inputs


@pytest.mark.deep
def test_an_input_is_the_same_wherever_a_run_begins() -> None:
    assert fuzz(20, 9, first=30).answers == fuzz(50, 9).answers


@deep
@pytest.mark.parametrize("is_stored", [False, True], ids=["in memory", "on a store"])
def test_hostile_inputs_do_a_server_no_harm(tmp_path: Path, is_stored: bool) -> None:
    options = ("--store", f"sqlite:///{tmp_path}/store.db") if is_stored else ()
    report = fuzz_served(1000, 8, *options)

    assert report.problems == []
    assert report.inputs == 1000
