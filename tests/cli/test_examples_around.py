"""``mockserver example`` of the services around Flow Service: what it prints is taken."""

from __future__ import annotations

import ast
import json
import shlex
from itertools import pairwise

import pytest

from contracts import Contract, Request
from mockserver.cli.examples import operations_with_examples, rendered_operation
from mockserver.hosts import locate
from tests.kit.serving import typed

ROWS = operations_with_examples()


@pytest.mark.parametrize("operation", ROWS)
def test_an_example_breaks_no_rule(operation: str) -> None:
    words = shlex.split(rendered_operation(ROWS[operation], "curl", "http://mock").replace("\\\n", ""))
    assert words[:2] == ["curl", "-X"]
    lines = [text.partition(": ") for flag, text in pairwise(words) if flag == "-H"]
    body = words[words.index("-d") + 1].encode() if "-d" in words else b""
    request = Request(
        words[2], words[3].removeprefix("http://mock"), {name.lower(): value for name, _, value in lines}, body
    )
    call = Contract().judge(request, locate(request)[1])
    assert (call.operation, [found.summary for found in call.errors]) == (ROWS[operation], [])
    ast.parse(rendered_operation(ROWS[operation], "python", "http://mock"))


def test_the_command_prints_it() -> None:
    assert json.loads(typed("example", "createDataset", "--format", "json").stdout)["name"] == "Leads"
    assert "-H 'Accept: application/vnd.adobe.xed-id+json'" in typed("example", "listSchemas").stdout
    assert "https://somewhere/data/foundation" in typed("example", "deleteKey", "--origin", "https://somewhere/").stdout
    none = typed("example", "deleteKey", "--format", "json")
    assert (none.returncode, none.stderr.count("\n")) == (2, 1)
    assert "deleteKey has no body" in none.stderr
