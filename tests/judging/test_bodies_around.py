"""The strategies for the services around: what they call valid is taken, what they break is refused by that rule."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import OPERATIONS, Contract
from contracts.strategies import BODIES, bodies, broken_bodies
from tests.kit.depth import examples

ROWS = {row.id: row for row in OPERATIONS}
each = pytest.mark.parametrize("operation", BODIES)


@each
@settings(max_examples=examples(20), deadline=None)
@given(data=st.data())
def test_a_valid_body_breaks_no_rule(operation: str, data: st.DataObject) -> None:
    body = json.dumps(data.draw(bodies(operation))).encode()
    assert Contract().judge_body(ROWS[operation], body).errors == []


@each
@settings(max_examples=examples(20), deadline=None)
@given(data=st.data())
def test_a_broken_body_is_refused_by_its_rule(operation: str, data: st.DataObject) -> None:
    broken = data.draw(broken_bodies(operation))
    call = Contract().judge_body(ROWS[operation], json.dumps(broken.document).encode())
    assert call.errors[0].rule.id == broken.rule
    assert call.errors[0].pointer.startswith(broken.pointer)
