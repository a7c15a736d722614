"""Values that once did harm, or might: for any slot of a request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

__all__ = ["KEYS", "NUMBERS", "TEXTS", "any_text", "hostile", "of_a_text"]

PATTERNS = ("a{4294967295}", "^(a+)+$", "(a|a)*b", "(?=(a+)+$)b", "[", "(", r"\w{255}", ".{1000}", "^a$", r"(a)\1")
TEXTS = (
    *("", " ", "\0", "\r\nSet-Cookie: a=b", "%0d%0aX: y", "\ud800", "\U0001f600", "../../etc/passwd", "~" * 60),
    *("/" * 40 + "~", "a" * 40 + "!", "9" * 4300, "1e999", "9999-12-31T23:59:59-14:00", "http://x/%00", "urn:x", "{X}"),
    *("WzAsIngiLDBd", "enabled", "once", "$ref", "[]", "null", "true", "-1", "0", "1", "-", "*", ".", "..", "/", "#"),
    *("\u0130", "\u00df" * 3, "\u2028", "e\u0301", "٣", "1_000", " 1", "+1", "0x10", "1e5", "NaN", "inf", "9" * 19),
    *("0001-01-01T00:00:00Z", "9999-12-31", "2024-02-30", "253402300800000", "-62135596800001", "x@[", "http://[::1"),
    *("=", "==", "a==", "==a", "a[]", "a[].b", "~1", "~0", "/-", "//", "'", '"', "\\", "%", "%25", "{}", "{TENANT_ID}"),
)
LONG = (";" + " " * 5000 + "x", "(" * 500, "x" * 20_000, "a.b" * 3000, "[]" * 2000, "~1" * 2000, ",=" * 3000)
NEARLY_JSON = (
    *('{"apiKey": "@"}', "{'apiKey': '@'}", '{"apiKey": "@",}', '{"apiKey": "@", "apiKey": 1}', '[{"pwd": "@"}'),
    *("[{'pwd': '@'}]", '{"jwt": "@", "a": NaN}', '{"jwt": "@", "a": ' + "[" * 70 + "]" * 70 + "}"),
    *('\ufeff{"pin": "@"}', '"{\\"bearer\\": \\"@\\"}"', '{"key": "@"'),
)
"""What a client has serialised itself, more or less; ``@`` stands for another secret, which a refusal may quote."""
NUMBERS = (2**31, 2**53 + 1, 2**63 - 1, 2**63, -(2**63), 10**30, 1e308, 5e-324, -0.0, 0.1, -1, 0, 1, 1.0, 10**4200)
KEYS = ("apiKey", "pwd", "pin", "pass", "signature", "bearer", "key", "jwt", "undeclared", "connectionString")
NAMES = (
    *(
        "name",
        "id",
        "state",
        "type",
        "$ref",
        "$id",
        "allOf",
        "properties",
        "title",
        "meta:altId",
        "definitions",
        "items",
    ),
    *(
        "params",
        "data",
        "schema",
        "mappings",
        "source",
        "destination",
        "sourceType",
        "tags",
        "fields",
        "",
        "0",
        "__class__",
    ),
)

_LANGUAGES = {
    "filters": 'name == != >= < ~ , " & property= createdAt labels[] . 1e9 x auth.params.clientSecret',
    "expressions": "lower( trim( iif( concat( coalesce( split( to_integer( size_of( nvl( join( now( ) , Email a.b[0] [ "
    """] == != && || ! - + * / % 0 null true ? : } ${a} "(a+)+$" to_integer('1e308') 999999999999999999999999999999""",
    "coql": "select from Leads where Last_Name id and or not in is null like between order by limit offset Owner.name "
    "'%%%%x' ( ) , = count(id) 999999999999999999999999999999",
    "criteria": "( ) Last_Name : equals starts_with in between x \\ , and or ${EMPTY}",
    "conditions": '{ } "nodeType": "fnApply" "fnName": "and" "params": [ ] , "literal" "fieldLookup" 1',
    "pointers": "/ ~ ~0 ~1 - 0 1 name params auth clientSecret allOf $ref 01",
    "regular expressions": r"( ) a + * ? {2,} | [a- ] \1 (?= ^ $ \p{L} . \d {4294967295}",
    "jwt": "eyJhbGciOiJSUzI1NiJ9 . eyJleHAiOjF9 e30 bnVsbA W10 ! = -_",
    "urls": "http s : // u:p@ [::1] x :99999 / ? # %00 %0d%0a é accounts.zoho.eu",
}
WORDS_OF: Sequence[Sequence[str]] = [text.split() for text in _LANGUAGES.values()]
"""Words of the languages that are read here, to be strung together."""


def any_text(random: Random) -> str:
    kind = random.randrange(40)
    if kind == 0:
        return random.choice(LONG)
    if kind < 16:
        words = random.choice(WORDS_OF)
        return random.choice(["", " "]).join(random.choices(words, k=random.randint(1, 14)))
    if kind == 16:
        words = random.choice(WORDS_OF)
        return random.choice(words) * random.choice([70, 500, 3000])
    if kind == 17:
        return "".join(map(chr, random.choices(range(0xD7FF), k=random.randint(1, 20))))
    return random.choice(TEXTS)


def schema(random: Random, depth: int = 0) -> Any:
    """A JSON Schema with hostile leaves."""
    words = random.sample(list(WORDS), random.randint(1, 3))
    return {word: WORDS[word](random, depth) for word in words}


def _inner(random: Random, depth: int) -> Any:
    return schema(random, depth + 1) if depth < 4 else random.choice([True, {}, {"type": "string"}])


WORDS: dict[str, Callable[[Random, int], Any]] = {
    "type": lambda random, _: random.choice(["object", "string", "number", "array", "foo"]),
    "properties": lambda random, depth: {name: _inner(random, depth) for name in ("a", "frequency", "interval")},
    "patternProperties": lambda random, depth: {random.choice(PATTERNS): _inner(random, depth)},
    "additionalProperties": _inner,
    "allOf": lambda random, depth: [_inner(random, depth)] * random.choice([1, 2, 8]),
    "anyOf": lambda random, depth: [_inner(random, depth)] * 2,
    "not": lambda random, _: {"required": [random.choice(["interval", "backfill", "a"])]},
    "enum": lambda random, _: [random.choice(NUMBERS), random.choice(TEXTS)],
    "default": lambda random, _: random.choice(TEXTS),
    "pattern": lambda random, _: random.choice(PATTERNS),
    "minimum": lambda random, _: random.choice(NUMBERS),
    "multipleOf": lambda random, _: random.choice([1, 0.1, 1e-300]),
    "uniqueItems": lambda *_: True,
    "$ref": lambda random, _: random.choice(REFERENCES),
    "$id": lambda random, _: random.choice(["#", "http://x:y/", "x", "urn:x"]),
    "items": _inner,
    "definitions": lambda random, depth: {"a": _inner(random, depth)},
}
REFERENCES = (
    *("#", "#/minimum/x", "#/properties/a", "#/definitions/a", "#/definitions", "http://[", "x", "#/~", "#/%zz"),
    *(1, None, "https://ns.adobe.com/xdm/context/profile#/x", "https://ns.adobe.com/xdm/context/profile"),
)


def hostile(random: Random, secret: str) -> Any:
    """A value for any slot of a JSON body; ``secret`` only stands under undeclared keys, in a text too."""
    kind = random.randrange(100)
    if kind < 12:
        return schema(random)
    if kind < 15:
        return random.choice(NEARLY_JSON).replace("@", of_a_text(secret))
    if kind < 22:
        return {random.choice(KEYS): secret, "deep": [{random.choice(KEYS): secret}]}
    if kind < 36:
        return random.choice(NUMBERS)
    if kind < 38:
        size = random.choice([100, 1000, 10_000])
        return random.choice([list(range(size)), {f"k{number}": number for number in range(size)}, ["x" * 50] * size])
    if kind < 46:
        return [any_text(random), random.choice(NUMBERS)]
    if kind < 54:
        return {random.choice(NAMES): _leaf(random) for _ in range(random.randint(0, 3))}
    if kind < 57:
        return _nested(random, random.choice([3, 20, 62, 64, 65, 400]))
    return _leaf(random)


def of_a_text(secret: str) -> str:
    """The secret that stands in a text which spells JSON."""
    return secret.replace("planted", "plantedin")


def _leaf(random: Random) -> Any:
    return random.choice((None, True, False, [], {}, [[]], [None])) if random.random() < 0.2 else any_text(random)


def _nested(random: Random, depth: int) -> Any:
    key, value = random.choice(NAMES), _leaf(random)
    for _ in range(depth):
        value = random.choice([[value], {key: value}])
    return value
