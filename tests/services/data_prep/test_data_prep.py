"""Data Prep: mapping sets in both documented forms, and what they make of data."""

from __future__ import annotations

import re
from typing import Any

import pytest

from contracts.services.data_prep.expressions import FUNCTIONS
from tests.kit.depth import few
from tests.kit.platform import NAMES, ask, made, mapping_set, mapping_set_made, old_mapping_set, prep, schema_made
from tests.kit.sender import Answer, Sender, under


def refused(answer: Answer, code: str) -> None:
    assert answer.status == int(code[-3:]), answer.text
    assert answer.json["type"] == f"https://ns.adobe.com/aep/errors/{code}"


def test_a_mapping_set_is_created_read_and_replaced(sent: Sender) -> None:
    schema = schema_made(sent)
    created = made(prep(sent, "POST", "/mappingSets?validate=false", mapping_set(schema)), 200)
    assert created.keys() == {"id", "version", "createdDate", "modifiedDate", "createdBy", "modifiedBy"}
    assert re.fullmatch("[0-9a-f]{32}", created["id"])
    assert sent.violations == []
    one = f"/mappingSets/{created['id']}"
    view = made(prep(sent, "GET", one), 200)
    assert (view["version"], view["status"], view["outputSchema"]["schemaRef"]["id"]) == (0, "PUBLISHED", schema)
    assert [row["destinationXdmPath"] for row in view["mappings"]] == [row["destination"] for row in NAMES]
    assert made(prep(sent, "PUT", one, mapping_set(schema, mappings=NAMES[:1])), 200)["version"] == 1
    rows = made(prep(sent, "GET", f"{one}/mappings"), 200)
    assert [(row["source"], row["sourceType"], row["version"]) for row in rows] == [("First_Name", "ATTRIBUTE", 1)]
    assert made(prep(sent, "GET", f"{one}/mappings/{rows[0]['id']}"), 200) == rows[0]
    refused(prep(sent, "GET", f"{one}/mappings/x"), "CONV-1001-404")
    deleted = prep(sent, "DELETE", one)  # of no document; adobe/dep records the status
    assert (deleted.status, deleted.text, sent.violations) == (200, b"", [])
    for method in ("GET", "DELETE"):
        refused(prep(sent, method, one), "CONV-1001-404")


def test_both_bodies_are_taken_and_both_in_one(sent: Sender) -> None:
    schema = schema_made(sent)
    alt = "_" + schema.removeprefix("https://ns.adobe.com/").replace("/", ".")
    for body in (old_mapping_set(schema), old_mapping_set(alt), {**old_mapping_set(schema), **mapping_set(schema)}):
        id = made(prep(sent, "POST", "/mappingSets", body), 200)["id"]
        assert sent.violations == []
        assert (
            made(prep(sent, "GET", f"/mappingSets/{id}"), 200)["mappings"][0]["destination"] == "person.name.firstName"
        )


def test_a_set_that_was_read_elsewhere_is_taken_as_it_is(sent: Sender) -> None:
    """A program keeps in a file what the service answered, and sends it to the next sandbox."""
    schema = schema_made(sent)
    when = dict.fromkeys(("createdDate", "modifiedDate"), 1661885900071)
    row = {**NAMES[0], **when, "id": "0" * 32, "version": 0, "functionVersion": 1, "primaryIdentity": False}
    kept = mapping_set(
        schema, mappings=[row], status="DRAFT", mappingMode="MAP", strictMapping=False, allowNullValues=False
    )
    made(prep(sent, "POST", "/mappingSets", kept), 200)
    assert sent.violations == []


def test_mapping_sets_are_listed(sent: Sender) -> None:
    schema = schema_made(sent)
    for name in ("b", "a"):
        made(prep(sent, "POST", "/mappingSets", mapping_set(schema, name=name)), 200)

    def names(query: str) -> list[str]:
        return [row["name"] for row in made(prep(sent, "GET", f"/mappingSets?{query}"), 200)["data"]]

    assert names("limit=10&start=0&orderBy=name") == ["a", "b"]
    assert names("limit=1&start=1&orderBy=name") == ["b"]
    assert names("limit=10&start=0&name=a") == ["a"]
    assert len(names("limit=10")) == 2
    assert [(row["rule"], row["severity"]) for row in sent.violations] == [("DP-QRY-01", "warning")]
    refused(prep(sent, "GET", "/mappingSets?limit=0&start=0"), "CONV-1000-400")


def test_the_path_without_conversion_is_warned_about(sent: Sender) -> None:
    answer = ask(sent, "POST", "/data/foundation/mappingSets", mapping_set(schema_made(sent)))
    id = made(answer, 200)["id"]
    assert [(row["rule"], row["severity"]) for row in sent.violations] == [("DP-PATH-01", "warning")]
    assert made(prep(sent, "GET", f"/mappingSets/{id}"), 200)["id"] == id


@pytest.mark.parametrize(
    "change",
    [
        *({"mappings": None}, {"mappings": [1]}, {"outputSchema": None}, {"outputSchema": {"schemaRef": {}}}),
        *({"mappings": [{"source": "a"}]}, {"mappings": [{"source": "a", "destination": "b", "sourceType": "FIELD"}]}),
        {"mappings": [{"source": "a" * 4097, "destination": "b", "sourceType": "EXPRESSION"}]},
    ],
)
def test_a_mapping_set_that_is_none_is_refused_and_not_stored(sent: Sender, change: dict[str, Any]) -> None:
    refused(prep(sent, "POST", "/mappingSets", {**mapping_set(schema_made(sent)), **change}), "CONV-1000-400")
    assert made(prep(sent, "GET", "/mappingSets?limit=10&start=0"), 200)["data"] == []


def test_unknown_schemas_and_fields_are_warned_about_and_refused_strictly() -> None:
    sent = under("default")
    lost = [{"source": "a", "destination": "nosuch.field"}]
    unknown, fields = mapping_set("https://ns.adobe.com/y/schemas/2"), mapping_set(schema_made(sent), mappings=lost)
    for body, rule in ((unknown, "DP-NEW-07"), (fields, "DP-NEW-08")):
        made(prep(sent, "POST", "/mappingSets", body), 200)
        assert [(row["rule"], row["severity"]) for row in sent.violations] == [(rule, "warning")]
    refused(prep(under("strict"), "POST", "/mappingSets", unknown), "CONV-1000-400")


def test_a_mapping_set_is_validated(sent: Sender) -> None:
    rows = [
        *NAMES,
        {"source": "a", "destination": "nosuch"},
        {"source": "upper(", "destination": "personID", "sourceType": "EXPRESSION"},
        {"source": "geo_hash(a)", "destination": "personID", "sourceType": "EXPRESSION"},
    ]
    answer = prep(sent, "POST", "/mappingSets/validate", mapping_set(schema_made(sent), mappings=rows))
    found = made(answer, 200)["validationResponse"]
    assert [row["status"] for row in found] == ["SUCCESS", "SUCCESS", "FAILED", "FAILED", "SUCCESS"]
    assert found[2]["errors"][0]["destination"] == "nosuch"
    assert {row["rule"] for row in sent.violations} == {"DP-NEW-08", "DP-NEW-09", "DP-NEW-10"}


DATA = {"id": 7, "name": {"first": " Ann "}, "tags": ["a", "b"], "none": None}


@pytest.mark.parametrize(
    ("kind", "source", "value"),
    [
        ("ATTRIBUTE", "id", 7),
        ("ATTRIBUTE", "name.first", " Ann "),
        ("ATTRIBUTE", "tags[1]", "b"),
        ("STATIC", "fixed", "fixed"),
        ("EXPRESSION", 'concat(upper(trim(name.first)), "-", id)', "ANN-7"),
        # create/loyalty/lava.md
        (
            "EXPRESSION",
            'to_map("LavaId", to_array(false, to_object("id", id, "primary", true), null))',
            {"LavaId": [{"id": 7, "primary": True}]},
        ),
        ("EXPRESSION", "iif(${id} == 7, 'yes', 'no')", "yes"),
        ("EXPRESSION", 'coalesce(none, lower("X"))', "x"),
        ("EXPRESSION", 'join(";", "a", "b")', "a;b"),
        ("EXPRESSION", 'split("a,b", ",")', ["a", "b"]),
        ("text/x.aep-xl", 'to_integer("12")', 12),
        ("EXPRESSION", "(id + 1) * 2", 16),
    ],
)
def test_a_preview_shows_what_a_mapping_makes(sent: Sender, kind: str, source: str, value: Any) -> None:
    rows = [{"sourceType": kind, "source": source, "destination": "a.b"}]
    body = {"data": DATA, "mappingSet": mapping_set("x", mappings=rows)}
    assert made(prep(sent, "POST", "/mappingSets/preview", body), 200) == [
        {"data": {"a": {"b": value}}, "errors": None}
    ]


@pytest.mark.parametrize(
    "source", ["geo_hash(id)", "upper(", "id + tags", "to_integer(name)", "1 / 0", "tags * 9", "(" * 4000]
)
def test_what_a_preview_cannot_make_it_says(sent: Sender, source: str) -> None:
    rows = [{"sourceType": "EXPRESSION", "source": source, "destination": "a"}, {"source": "id", "destination": "b"}]
    body = {"data": [DATA], "mappingSet": mapping_set("x", mappings=rows)}
    (found,) = made(prep(sent, "POST", "/mappingSets/preview", body), 200)
    assert found["data"] == {"b": 7}
    assert found["errors"][0]["source"] == source


@pytest.mark.parametrize("body", [{}, {"data": 1, "mappingSet": {"mappings": []}}, {"data": {}, "mappingSet": []}])
def test_a_preview_that_is_none_is_refused(sent: Sender, body: Any) -> None:
    refused(prep(sent, "POST", "/mappingSets/preview", body), "CONV-1000-400")


def test_what_one_sandbox_holds_another_does_not(sent: Sender) -> None:
    id = mapping_set_made(sent, schema_made(sent))
    refused(ask(sent, "GET", f"/data/foundation/conversion/mappingSets/{id}", x_sandbox_name="other"), "CONV-1001-404")


BIG = "9" * 30


@pytest.mark.parametrize("source", ["*".join([BIG] * 12), "to_integer('1e300')", "to_integer('inf')", "a" * 20 + ".b"])
def test_a_preview_makes_no_number_that_json_cannot_hold(sent: Sender, source: str) -> None:
    rows = [{"sourceType": "EXPRESSION", "source": source, "destination": "x"}]
    answer = prep(sent, "POST", "/mappingSets/preview", {"data": {}, "mappingSet": {"mappings": rows}})
    assert answer.status == 200
    assert b"Infinity" not in answer.text
    assert answer.json[0]["data"] == {}


@pytest.mark.parametrize(
    ("source", "rows", "data"),
    few(
        [
            ("a", 1000, [{}] * 1000),
            ("==".join(["lower(b)"] * 370), 150, {"b": "X" * 100_000}),
            ("!" * 4000, 20, [{}] * 1000),
            ("to_array(true" + ", b" * 200 + ")", 1, {"b": {"c": "X" * 200_000}}),
            ("b", 1000, {"b": {"c": "X" * 200_000}}),
        ],
        0,
        2,
    ),
    ids=["many records", "long texts", "long problems", "an array of copies", "many copies"],
)
def test_a_preview_takes_only_so_much_work(sent: Sender, source: str, rows: int, data: Any) -> None:
    mappings = [{"sourceType": "EXPRESSION", "source": source, "destination": "x"}] * rows
    refused(prep(sent, "POST", "/mappingSets/preview", {"data": data, "mappingSet": {"mappings": mappings}}), CODE)
    assert sent.rules == ["DP-PRE-02"]


@pytest.mark.parametrize("destination", [".".join("a" * 5000), "." * 5000, ""])
def test_a_preview_goes_only_so_deep(sent: Sender, destination: str) -> None:
    rows = [{"sourceType": "STATIC", "source": "x", "destination": destination}]
    answer = prep(sent, "POST", "/mappingSets/preview", {"data": {}, "mappingSet": {"mappings": rows}})
    assert answer.status < 500


CODE = "CONV-1000-400"


def test_the_language_is_listed_and_expressions_are_validated(sent: Sender) -> None:
    """data-prep.yaml: a boolean; its schema has a text, its example an object with one."""
    functions = made(prep(sent, "GET", "/languages/el/functions"), 200)
    assert sorted(row["function"] for row in functions) == sorted(FUNCTIONS)
    assert [row for row in made(prep(sent, "GET", "/languages/el/operators"), 200) if row["methodName"] == "divide"]
    good = 'concat("Hi", ",", "there", "!")'
    for expression, valid in ((good, True), ({"expression": good}, True), ("concat(", False)):
        body = {"expression": expression, "mappingSetId": "x"}
        assert made(prep(sent, "POST", "/languages/el/validate", body), 200) is valid
        assert sent.violations == []
    for wrong in ({}, {"expression": ""}, {"expression": {}}, {"expression": 1}, []):
        refused(prep(sent, "POST", "/languages/el/validate", wrong), "CONV-1000-400")


@pytest.mark.parametrize(
    ("expression", "value"),
    [("!a", False), ("not a", False), ("not(a == 2)", True), ("-12", -12), ("1 - -a", 2), ("~44", -45), ("!!a", True)]
    + [("not", "field"), ('-"x"', None), ("~1.5", -2)],
)
def test_signs_stand_before_a_value(sent: Sender, expression: str, value: Any) -> None:
    """data-prep/api/functions.md has three operators of one operand, and the word not."""
    rows = [{"sourceType": "EXPRESSION", "source": expression, "destination": "x"}]
    data = {"a": 1, "not": "field"}
    answer = prep(sent, "POST", "/mappingSets/preview", {"data": data, "mappingSet": {"mappings": rows}})
    (found,) = answer.json if answer.status == 200 else ({},)
    assert found.get("data", {}).get("x") == value


def test_signs_are_nested_only_so_deep(sent: Sender) -> None:
    assert made(prep(sent, "POST", "/languages/el/validate", {"expression": "!" * 4000 + "a"}), 200) is False


def test_each_element_of_an_array_is_mapped(sent: Sender) -> None:
    """create/ecommerce/sap-commerce.md maps ``addresses[*].email`` to a field of the same form."""
    pairs = {"addresses[*].email": "own.a[*].b", "addresses[*].city": "own.a[*].c", "tags[*]": "own.t[*]", "$.n": "n"}
    rows = [{"sourceType": "ATTRIBUTE", "source": source, "destination": target} for source, target in pairs.items()]
    rows += [{"sourceType": "ATTRIBUTE", "source": "none[*].x", "destination": "own.none[*].x"}]
    data = {"addresses": [{"email": "x", "city": 1}, {"email": "y"}], "tags": ["t"], "n": 7}
    answer = prep(sent, "POST", "/mappingSets/preview", {"data": data, "mappingSet": {"mappings": rows}})
    expected = {"own": {"a": [{"b": "x", "c": 1}, {"b": "y", "c": None}], "t": ["t"]}, "n": 7}
    assert made(answer, 200) == [{"data": expected, "errors": None}]
