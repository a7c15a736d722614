"""``mockserver example`` of the services around Flow Service: what it prints is taken."""

from __future__ import annotations

import json

import pytest

from contracts import OPERATIONS, Contract
from mockserver.cli.examples import operations_with_examples
from tests.kit.serving import typed

ROWS = {row.id: row for row in OPERATIONS}


@pytest.mark.parametrize("operation", operations_with_examples())
def test_an_example_breaks_no_rule(operation: str) -> None:
    printed = typed("example", operation, "--format", "json").stdout
    assert Contract().judge_body(ROWS[operation], printed.encode()).errors == []
    assert json.loads(printed)
    curl = typed("example", operation).stdout
    assert ROWS[operation].service.base_path in curl
