"""Input that is made to take for ever or to bring something down; most of it was found by tests/fuzz."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.services.flow_service.row_filters import alike
from mockserver.services.zoho.seeds import dataset_from
from mockserver.services.zoho.settings import accounts_in
from tests.kit.sender import Sender
from tests.kit.zoho import access_token, crm

WHERE = "select id from Leads where "


@pytest.mark.parametrize(
    ("where", "status"),
    [
        ("Last_Name like '" + "%" * 40 + "x'", 204),
        ("(" * 100_000, 400),
        ("(" * 30 + "id > 1" + ")" * 30, 400),
        ("(" * 20 + "id > 1" + ")" * 20, 200),
        ("id = " + "9" * 100_000, 204),
        (" or ".join(["id = 1"] * 50_000), 400),
        ("id in (" + ",".join(["1"] * 200_000) + ")", 400),
    ],
)
def test_a_query_that_would_take_for_ever(sent: Sender, where: str, status: int) -> None:
    """Recursion, numbers longer than Python reads, wildcards that could be stretched in a thousand ways."""
    answer = crm(sent, "v8/coql", access_token(sent), body=json.dumps({"select_query": WHERE + where}).encode())
    assert answer.status == status


def test_criteria_that_would_take_for_ever(sent: Sender) -> None:
    criteria = "(Last_Name:equals:" + ")" * 60_000 + "x"
    assert crm(sent, f"v8/Leads/search?criteria={criteria}", access_token(sent)).status == 400


@given(st.text("ab%_", max_size=8), st.text("ab%_", max_size=8), st.sampled_from(["", "_"]))
def test_wildcards_mean_what_a_regular_expression_means(text: str, pattern: str, one: str) -> None:
    parts = {"%": ".*", one: "."}
    expression = "".join(parts.get(char, re.escape(char)) for char in pattern)
    assert alike(text, pattern, one=one) is (re.fullmatch(expression, text) is not None)


DEEP = b"[" * 100_000


@pytest.mark.parametrize("read", [dataset_from, accounts_in], ids=["data", "accounts"])
@pytest.mark.parametrize("data", [DEEP, b'{"a":' * 100_000, b"5", b'"x"', b"null", b"\xff", b"", b"1" * 5000])
def test_a_file_that_is_no_list_is_a_problem_with_a_reason(
    read: Callable[[Path], Any], data: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "Leads.json"
    file.write_bytes(data)
    with pytest.raises(ValueError, match=r"\w"):
        read(file)


@pytest.mark.parametrize("data", [b'a\n"', b'"a"b,c\n1,2', b"a,b\n1", b"a\n" + b"x" * 200_000])
def test_a_table_that_cant_be_read_is_a_problem_with_a_reason(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "Leads.csv"
    file.write_bytes(data)
    with pytest.raises(ValueError, match=r"Leads\.csv"):
        dataset_from(file)
