"""Row filters: PQL as JSON, in a source connection's ``params.filters`` and, in base64, when a table is explored.

filter.md documents the nodes by examples; sources-errors.md the sentences for what is wrong with them.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.judging.body_schemas import kind_of
from contracts.judging.violations import Violation, shown
from contracts.reading import json_text
from contracts.reading.spelling import nearest
from contracts.services.flow_service.rules import violation

__all__ = ["COMPARISONS", "OF_ONE", "columns_fit", "decoded", "filter_is_documented"]

COMPARISONS = ("=", "==", "!=", "<", "<=", ">", ">=", "like", "in", "isnull", "isnotnull")
"""The comparing operators in lower case; filter.md writes ``=`` in its requests and ``==`` in its table."""

OF_ONE = ("isnull", "isnotnull")
"""Those that look at a field alone."""

_LOGIC = ("and", "or", "not")
_OPERATORS = ("and", "or", "not", "=", "!=", "<", "<=", ">", ">=", "like", "in", "isNull", "isNotNull")
_NUMBERS = ("integer", "long", "double")


def decoded(text: str) -> Any:
    """The JSON value that base64 ``text`` spells; `ValueError` where it spells none.

    A raw ``+`` in a query arrives as a blank, and filter.md's own request has a backslash behind the base64.
    """
    plain = text.strip().rstrip("\\").replace(" ", "+").replace("-", "+").replace("_", "/")
    return json_text.parse(base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True))


def filter_is_documented(document: Any, pointer: str) -> Iterator[Violation]:
    """What is wrong with a filter, whatever the table."""
    if not isinstance(document, dict):
        yield _bad_filter(pointer, "not an object", kind_of(document), ["object"], _INVALID_PARAMS)
        return
    for key, expected, answer in _FRAME:
        if document.get(key) != expected:
            yield _bad_filter(f"{pointer}/{key}", f"not {expected}", _found(document, key), [expected], answer)
    if not document.get("value"):
        answer = (
            "The provided filter is invalid. The value must be provided with detailed filters. "
            "Please provide valid filter and try again."
        )
        yield _bad_filter(f"{pointer}/value", "no detailed filter", _found(document, "value"), ["object"], answer)
    else:
        yield from _condition(document["value"], f"{pointer}/value")


def columns_fit(document: Mapping[str, Any], columns: Mapping[str, str], pointer: str) -> Iterator[Violation]:
    """What in a well-formed filter doesn't fit a table; ``columns`` are the types by name."""
    types = {name.casefold(): kind for name, kind in columns.items()}
    for where, name, value in _comparisons(document["value"], f"{pointer}/value"):
        kind = types.get(name.casefold())
        if kind is None:
            yield violation(
                "FS-EXP-14",
                f"{where}/0/fieldName",
                "no column of the table",
                found=shown(name),
                allowed=columns,
                near=name,
                answer=f"An error occurred while validating the input column {name} for filter at source. The column "
                "name should be a valid column in the table. Please provide a valid column name and try again.",
            )
            continue
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, str) and kind in (*_NUMBERS, "boolean"):
                yield violation(
                    "FS-EXP-15",
                    f"{where}/1/value",
                    f"a string beside a column of type {kind}",
                    found=shown(item),
                    allowed=[kind],
                    answer=f"An error occurred while validating the input {item} for filter at source. The column "
                    f"DataType at source is {kind} and value DataType [String] does not match. "
                    f"Please provide a valid {item} and try again.",
                )
                break


def _condition(node: Any, pointer: str) -> Iterator[Violation]:
    if not isinstance(node, dict) or node.get("nodeType") != "fnApply":
        yield _bad_node(pointer, "not a node of type fnApply", node)
        return
    name, params = node.get("fnName"), node.get("params")
    if not isinstance(name, str) or not name:
        answer = (
            "No operator was provided for filter at source. "
            "Please provide a valid filter request with appropriate operator and try again."
        )
        yield violation("FS-EXP-10", f"{pointer}/fnName", "no operator", allowed=_OPERATORS, answer=answer)
        return
    operator = name.lower()
    if operator not in (*_LOGIC, *COMPARISONS):
        yield violation(
            "FS-EXP-11",
            f"{pointer}/fnName",
            "no operator of filters",
            found=shown(name),
            allowed=_OPERATORS,
            nearest=nearest(name, _OPERATORS),
            answer=f"The provided operator {name} is not supported for filter at source for this connector. "
            "Please provide a valid operator and try again.",
        )
        return
    if not isinstance(params, list) or not params:
        yield _bad_node(f"{pointer}/params", "no array of params", params)
    elif operator in _LOGIC:
        yield from _logic(operator, params, f"{pointer}/params")
    else:
        yield from _comparison(operator, name, params, f"{pointer}/params")


def _logic(operator: str, params: list[Any], pointer: str) -> Iterator[Violation]:
    if operator == "not" and len(params) > 1:
        yield violation(
            "FS-EXP-12",
            pointer,
            "more than one comparison under not",
            found=str(len(params)),
            allowed=["1"],
            answer="The 'not' operator cannot have have more than one comparison. "  # sic
            "Please provide a valid number of comparisons and try again.",
        )
    for index, child in enumerate(params):
        yield from _condition(child, f"{pointer}/{index}")


def _comparison(operator: str, name: str, params: list[Any], pointer: str) -> Iterator[Violation]:
    wanted = 1 if operator in OF_ONE else 2
    if len(params) != wanted:
        yield _bad_node(pointer, f"not the {wanted} params of {name}", params)
        return
    field = params[0]
    if not isinstance(field, dict) or field.get("nodeType") != "fieldLookup" or not _is_name(field.get("fieldName")):
        yield _bad_node(f"{pointer}/0", "no fieldLookup with a fieldName", field)
    if wanted == 1:
        return
    literal = params[1]
    if not isinstance(literal, dict) or literal.get("nodeType") != "literal" or isinstance(literal.get("value"), dict):
        yield _bad_node(f"{pointer}/1", "no literal with a value", literal)
        return
    value = literal.get("value")
    if value is None or value == []:
        yield violation(
            "FS-EXP-13",
            f"{pointer}/1/value",
            "no value to compare with",
            found=kind_of(value),
            answer=f"The provided value param is null and cannot be compared with operator {name}. "
            "Please provide valid value param and try again.",
        )
    elif isinstance(value, list) != (operator == "in") or any(isinstance(item, list | dict) for item in _items(value)):
        yield _bad_node(f"{pointer}/1/value", "an array stands with in, and only there", value)


def _comparisons(node: Mapping[str, Any], pointer: str) -> Iterator[tuple[str, str, Any]]:
    """Of each comparison where its params are, the field's name and the literal's value."""
    params = node["params"]
    if node["fnName"].lower() in _LOGIC:
        for index, child in enumerate(params):
            yield from _comparisons(child, f"{pointer}/params/{index}")
    else:
        yield f"{pointer}/params", params[0]["fieldName"], params[1]["value"] if len(params) > 1 else None


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _found(document: Mapping[str, Any], key: str) -> str:
    value = document.get(key)
    return shown(value) if isinstance(value, str) else kind_of(value) if key in document else "nothing"


def _bad_filter(pointer: str, problem: str, found: str, allowed: list[str], answer: str) -> Violation:
    return violation("FS-EXP-09", pointer, problem, found=found, allowed=allowed, answer=answer)


def _bad_node(pointer: str, problem: str, node: Any) -> Violation:
    return violation("FS-EXP-10", pointer, problem, found=kind_of(node), answer=_INVALID_PARAMS)


_INVALID_PARAMS = "The provided filter params are invalid. Please provide valid filter params and try again."
_FRAME = (
    (
        "type",
        "PQL",
        "The provided filter type is invalid. The supported filter type is: PQL. "
        "Please provide a valid filter type and try again.",
    ),
    (
        "format",
        "pql/json",
        "The provided filter format is invalid. The supported filter format is : pql/json. "
        "Please provide valid filter format and try again.",
    ),
)
