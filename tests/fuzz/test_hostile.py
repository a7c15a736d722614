"""A few hostile inputs with each run; ``python -m tests.fuzz.hostile`` sends as many as one likes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.hostile import fuzz
from tests.kit.depth import deep


@pytest.mark.parametrize("inputs", [300, pytest.param(20_000, marks=deep)])
def test_hostile_inputs_do_no_harm(inputs: int) -> None:
    report = fuzz(inputs, 7)

    assert report.problems == []
    assert report.inputs == inputs


@deep
def test_hostile_inputs_do_a_store_no_harm(tmp_path: Path) -> None:
    report = fuzz(5000, 8, "--store", f"sqlite:///{tmp_path}/store.db")

    assert report.problems == []
