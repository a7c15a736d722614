"""The functions and operators of calculated fields, as ``/languages/el`` lists them.

The keys are those of data-prep.yaml; the rows are what the mock can calculate, a part of Adobe's.
"""

from __future__ import annotations

from typing import Any

__all__ = ["FUNCTION_ROWS", "OPERATOR_ROWS"]


def _function(category: str, syntax: str, returns: str, kind: str, *shown: str) -> dict[str, Any]:
    """``shown`` is an example and its result."""
    example, result = shown or ("", "")
    name = syntax.partition("(")[0].rpartition(" ")[2]
    texts = {"category": category, "function": name, "description": returns, "syntax": syntax, "returns": returns}
    return {**texts, "returnType": kind, "example": example, "result": result, "params": [], "since": 1}


_TEXTS, _ANY, _TEXT = "String", "java.lang.Object", "java.lang.String"
_LIST, _MAP = "java.util.List", "java.util.Map"

FUNCTION_ROWS = (
    _function("Objects", "T coalesce(T...)", "The first that is not null.", _ANY, 'coalesce(null, "a")', '"a"'),
    _function(_TEXTS, "String concat(String...)", "The texts one by one.", _TEXT, 'concat("a", "b")', '"ab"'),
    _function("Logical", "T iif(Boolean, T, T)", "The second argument if the first is true, else the third.", _ANY),
    _function(_TEXTS, "String join(String, T...)", "The values with the separator between them.", _TEXT),
    _function(_TEXTS, "String lower(String)", "The text in lower case.", _TEXT, 'lower("A")', '"a"'),
    _function("Date / Time", "Long now()", "The time now, in milliseconds.", "java.lang.Long"),
    _function("Objects", "T nvl(T, T)", "The first argument, or the second if that is null.", _ANY),
    _function(_TEXTS, "String[] split(String, String)", "The parts of the text between the separators.", _LIST),
    _function("Hierarchies - Arrays", "T[] to_array(Boolean, T...)", "The values; the first: nulls too?", _LIST),
    _function("Conversion", "Integer to_integer(String)", "The text as a whole number.", "java.lang.Integer"),
    _function("Hierarchies - Map", "Map to_map(String, T, ...)", "Names and values in turn.", _MAP),
    _function("Hierarchies - Objects", "Object to_object(String, T, ...)", "Names and values in turn.", _MAP),
    _function(_TEXTS, "String trim(String)", "The text without blanks at its ends.", _TEXT, 'trim(" a ")', '"a"'),
    _function(_TEXTS, "String upper(String)", "The text in upper case.", _TEXT, 'upper("a")', '"A"'),
    _function("Unique keys", "String uuid()", "A new random id.", _TEXT),
)  # fmt: skip


def _operator(symbol: str, name: str, description: str, example: str = "") -> dict[str, Any]:
    """One that has an example of its own stands before one value."""
    return {
        "operatorSymbol": symbol,
        "methodName": name,
        "numberOfOperands": 1 if example else 2,
        "description": description,
        "example": example or f"1 {symbol} 2",
    }


OPERATOR_ROWS = (
    _operator("+", "add", "The sum of two numbers, or two texts together"),
    _operator("-", "subtract", "The difference of two numbers"),
    _operator("*", "multiply", "The product of two numbers"),
    _operator("/", "divide", "The quotient of two numbers"),
    _operator("==", "equals", "Whether both are equal"),
    _operator("!=", "notEquals", "Whether both differ"),
    _operator("<", "lessThan", "Whether the left one is smaller"),
    _operator("<=", "lessThanOrEqual", "Whether the left one is not greater"),
    _operator(">", "greaterThan", "Whether the left one is greater"),
    _operator(">=", "greaterThanOrEqual", "Whether the left one is not smaller"),
    _operator("&&", "and", "Whether both are true"),
    _operator("||", "or", "Whether one of both is true"),
    _operator("!", "not", "Whether the value isn't true; the word not means the same", "!cond1"),
    _operator("-", "negate", "The number with the other sign", "-12"),
    _operator("~", "complement", "Each bit of a whole number the other way round", "~44"),
)
