"""A few hostile inputs with each run; ``python -m tests.fuzz.hostile`` sends as many as one likes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.hostile import Report, fuzz, fuzz_served
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


def test_many_problems_of_a_kind_hide_no_other_kind() -> None:
    report = Report(memory=[1])
    for number in range(1000):
        report.found("a slow call", f"input {number}")
    report.found("500", "input 7")

    told = str(report).splitlines()
    assert ["500: input 7" in told, "a slow call: input 0" in told, "a slow call: input 999" in told] == [
        True,
        True,
        False,
    ]
    assert told[-3:] == ["1001 problems", "  1000 x a slow call", "  1 x 500"]
