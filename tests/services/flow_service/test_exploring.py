"""Exploring: what may be asked, what each kind of source answers, and which rows a filter keeps."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from contracts import RULES, Call, Request, Source, Terms, Violation, catalogue, documented_regions
from contracts.services.flow_service.exploring import CONFIG_RULES, EXPLORE_RULES, explore_fits, explore_query
from contracts.services.flow_service.pql import COMPARISONS, columns_fit, decoded, filter_is_documented
from contracts.services.flow_service.specs import connection_spec
from mockserver.exchange.refusal import Refused
from mockserver.services.flow_service import explored as explored_source
from mockserver.services.flow_service.row_filters import kept
from mockserver.services.flow_service.samples import files_of, tables_of
from mockserver.services.sources import Table
from mockserver.services.zoho.dataset import default_dataset
from tests.kit.any_json import JSON

SOURCES = {source.name: source for source in catalogue().of("source")}
ZOHO = SOURCES["zoho-crm"]


def explore(source: Source, query: Mapping[str, str]) -> Any:
    return explored_source.explore(source, query, tables_with_zoho(source))


def explored(call: Call, source: Source) -> Any:
    return explored_source.explored(call, source, tables=tables_with_zoho(source))


def tables_with_zoho(source: Source) -> Mapping[str, Table]:
    """Zoho's tables are the modules of its CRM."""
    return default_dataset().tables if source is ZOHO else tables_of(source)


BIG_QUERY = SOURCES["google-big-query"]
S3 = SOURCES["amazon-s3"]
LANDING_ZONE = SOURCES["landing-zone"]
SUGAR = SOURCES["sugarcrm-accounts-contacts"]

# The base64 of filter.md, its stray backslash included: city like M%
FILTER_PAGE = (
    "ewogICJ0eXBlIjogIlBRTCIsCiAgImZvcm1hdCI6ICJwcWwvanNvbiIsCiAgInZhbHVlIjogewogICAgIm5vZGVUeXBlIjogImZuQXBwbHkiLAog"
    "ICAgImZuTmFtZSI6ICJhbmQiLAogICAgInBhcmFtcyI6IFsKICAgICAgewogICAgICAgICJub2RlVHlwZSI6ICJmbkFwcGx5IiwKICAgICAgICAi"
    "Zm5OYW1lIjogImxpa2UiLAogICAgICAgICJwYXJhbXMiOiBbCiAgICAgICAgICB7CiAgICAgICAgICAgICJub2RlVHlwZSI6ICJmaWVsZExvb2t1"
    "cCIsCiAgICAgICAgICAgICJmaWVsZE5hbWUiOiAiY2l0eSIKICAgICAgICAgIH0sCiAgICAgICAgICB7CiAgICAgICAgICAgICJub2RlVHlwZSI6"
    "ICJsaXRlcmFsIiwKICAgICAgICAgICAgInZhbHVlIjogIk0lIgogICAgICAgICAgfQogICAgICAgIF0KICAgICAgfQogICAgXQogIH0KfQ==\\"
)

DOCUMENTED = [
    ("zoho-crm", "objectType=root"),
    ("dynamics-online", "objectType=table&object=msdyn_solutioncomponentsummary"),
    ("dynamics-online", "preview=true&object=lead&objectType=table&previewCount=10&primaryKey=leadid"),
    ("dynamics-online", "object=workflowdependency&objectType=table"),
    ("dynamics-online", "object=accountView1&preview=true&objectType=view"),
    ("google-big-query", "objectType=table&object=test1.Mytable"),
    ("google-big-query", f"objectType=table&object=TESTFAS.FASTABLE&preview=true&filters={FILTER_PAGE}"),
    ("mysql", "objectType=table&object=acmeSpringCampaign"),
    ("amazon-s3", "objectType=folder&object=/some/path/"),
    ("amazon-s3", "objectType=file&object=/some/path/data.csv&fileType=DELIMITED"),
    ("amazon-s3", "objectType=FILE&object=/some/path/data.csv&FileType=Delimited&preview=true&columnDelimiter=;"),
    ("amazon-s3", "objectType=file&object=/some/path/data.csv&fileType=delimited&preview=true&columnDelimiter=\\t"),
    (
        "landing-zone",
        "objectType=file&object=dlz-user-container/garageWeek/file1&preview=true&determineProperties=true",
    ),
    (
        "sugarcrm-accounts-contacts",
        "objectType=rest&object=json&fileType=json&preview=true&sourceParams=eyJvYmplY3RfdHlwZSI6ImFjY291bnRzIn0=",
    ),
    ("mailchimp-members", "objectType=file&object=json&fileType=json&server=us6&listId=10c097ca71"),
    ("mixpanel", "objectType=rest&object=json&fileType=json&preview="),
]


def call_of(query: str, strictness: Any = "default") -> Call:
    terms = Terms(catalogue(), documented_regions(), strictness)
    return Call(Request("GET", f"/?{query}", {}, b""), terms, query=parse_qsl(query, keep_blank_values=True))


def judged(query: str, rules: Any = EXPLORE_RULES) -> list[Violation]:
    call = call_of(query)
    return [found for rule in rules for found in rule(call)]


def errors(found: list[Violation]) -> list[tuple[str, str]]:
    return [(breach.rule.id, breach.pointer) for breach in found if breach.rule.severity("default") == "error"]


def encoded(document: Any) -> str:
    return base64.b64encode(json.dumps(document).encode()).decode()


def apply(name: str, *params: Any) -> dict[str, Any]:
    return {"nodeType": "fnApply", "fnName": name, "params": list(params)}


def compare(field: str, name: str, value: Any) -> dict[str, Any]:
    return apply(name, {"nodeType": "fieldLookup", "fieldName": field}, {"nodeType": "literal", "value": value})


def pql(value: Any) -> dict[str, Any]:
    return {"type": "PQL", "format": "pql/json", "value": value}


@pytest.mark.parametrize(("name", "query"), DOCUMENTED, ids=[query[:60] for _, query in DOCUMENTED])
def test_every_documented_request_is_answered(name: str, query: str) -> None:
    assert errors(judged(query)) == []
    assert explored(call_of(query), SOURCES[name])


@pytest.mark.parametrize(
    ("query", "rule", "answer"),
    [
        ("objectType=tabel&object=x", "FS-EXP-02", "The provided param 'objectType' is invalid"),
        ("objectType=", "FS-EXP-02", "The provided param 'objectType' is invalid"),
        ("objectType=table", "FS-EXP-03", "The object cannot be empty for objectType=table"),
        ("objectType=TABLE&object=", "FS-EXP-03", "The object cannot be empty for objectType=table"),
        ("objectType=folder", "FS-EXP-03", "objectType=folder"),
        ("objectType=file&object=a", "FS-EXP-04", "The param fileType is missing in the request"),
        ("objectType=file&object=a&fileType=csv", "FS-EXP-05", "A valid requestFileType could not be found"),
        ("objectType=file&object=a&fileType=json&compressionType=rar", "FS-EXP-06", "property=compressionType"),
        ("objectType=table&object=a&preview=yes", "FS-EXP-06", "property=preview"),
        ("objectType=file&object=a&fileType=delimited&encoding=utf-16", "FS-EXP-06", "property=encoding"),
        ("objectType=file&object=a&fileType=delimited&columnDelimiter=%3B%3B", "FS-EXP-07", "Column Delimiter"),
        ("objectType=file&object=a&fileType=delimited&columnDelimiter=", "FS-EXP-07", "Column Delimiter"),
        (
            "objectType=file&object=a&determineProperties=true&compressionType=gzip",
            "FS-EXP-17",
            "You cannot have the determineProperties flag",
        ),
        ("objectType=table&object=a&filters=", "FS-EXP-08", "The query param : filters cannot be empty"),
        ("objectType=table&object=a&filters=%%%", "FS-EXP-08", "base64-encoded"),
        ("objectType=table&object=a&filters=eyJ9", "FS-EXP-08", "base64-encoded"),
        ("objectType=table&object=a&filters=ä", "FS-EXP-08", "base64-encoded"),
        (f"objectType=rest&sourceParams={encoded([1])}", "FS-EXP-08", "base64-encoded"),
        (f"objectType=table&object=a&filters={encoded({})}", "FS-EXP-09", "filter type is invalid"),
        ("limit=x&start=-1", "FS-EXP-01", None),
    ],
)
def test_a_documented_mistake_is_told(query: str, rule: str, answer: str | None) -> None:
    first = judged(query)[0]
    assert first.rule.id == rule
    assert first.pointer.startswith("query/")
    assert answer is None or answer in (first.answer or "")


def test_no_object_type_is_warned_about_and_means_root() -> None:
    (found,) = judged("")
    assert (found.rule.id, found.rule.severity("default")) == ("FS-EXP-01", "warning")
    assert explore(ZOHO, {}) == explore(ZOHO, {"objectType": "root"})


def test_a_parameter_that_no_page_names_is_warned_about_and_the_nearest_told() -> None:
    (found,) = judged("objectType=root&previw=true")
    assert (found.rule.id, found.pointer, found.nearest) == ("FS-QRY-16", "query/previw", "preview")


@given(
    names=st.lists(st.sampled_from(["objectType", "OBJECTTYPE", "fileType", "FileType", "filetype"]), max_size=4),
    kind=st.sampled_from(["root", "ROOT", "Root"]),
)
def test_neither_names_nor_values_are_case_sensitive(names: list[str], kind: str) -> None:
    query = [("objectType", kind), *((name, "JSON" if "ile" in name else kind) for name in names)]
    assert explore_query(query)["objectType"] == kind
    assert errors([found for rule in EXPLORE_RULES for found in rule(call_of("&".join(map("=".join, query))))]) == []


@given(pairs=st.lists(st.tuples(st.sampled_from([*explore_query([]), "objectType", "filters", "x"]), st.text())))
def test_any_query_is_judged(pairs: list[tuple[str, str]]) -> None:
    call = call_of("")
    call.query = pairs
    for rule in (*EXPLORE_RULES, *CONFIG_RULES):
        list(rule(call))


def test_the_root_is_a_bare_array_of_tables() -> None:
    root = explore(ZOHO, {"objectType": "root"})
    assert root[0] == {"type": "table", "name": "Leads", "path": "Leads", "canPreview": True, "canFetchSchema": True}
    assert [entry["path"] for entry in root[:4]] == ["Leads", "Accounts", "Contacts", "Deals"]
    assert {entry["type"] for entry in explore(SOURCES["dynamics-online"], {})} == {"table", "view"}


def test_a_crms_columns_have_both_forms() -> None:
    columns = {column["name"]: column for column in _columns(explore(ZOHO, _table("Leads")))}
    assert columns["Modified_Time"] == {
        "name": "Modified_Time",
        "type": "string",
        "meta:xdmType": "date-time",
        "xdm": {"type": "string", "format": "date-time"},
        "meta": {"originalType": "DateTime"},
    }
    assert columns["Annual_Revenue"]["xdm"] == {"type": "number"}
    assert "meta" not in _columns(explore(BIG_QUERY, _table("test1.Mytable")))[0]


def _table(path: str, **more: str) -> dict[str, str]:
    return {"objectType": "table", "object": path, **more}


def _columns(answer: Any) -> list[dict[str, Any]]:
    assert answer["format"] == "flat"
    columns: list[dict[str, Any]] = answer["schema"]["columns"]
    return columns


@pytest.mark.parametrize(
    ("source", "path"),
    [(source, path) for source in SOURCES.values() for path in tables_with_zoho(source)],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_every_table_that_the_root_names_can_be_explored(source: Source, path: str) -> None:
    assert path in [entry["path"] for entry in explore(source, {})]
    plain, preview = explore(source, _table(path)), explore(source, _table(path, preview="True"))
    assert "data" not in plain
    declared = {column["name"]: column["xdm"] for column in _columns(preview)}
    table = tables_with_zoho(source).get(path)
    assert table is not None
    assert len(preview["data"]) == len(table.rows) > 0
    validator = Draft7Validator({"properties": declared, "additionalProperties": False})
    for row in preview["data"]:
        validator.validate(row)


@pytest.mark.parametrize(
    ("source", "query", "rule", "answer"),
    [
        (ZOHO, _table("Nothing"), "FS-EXP-18", "No columns were found for table Nothing"),
        (S3, {"objectType": "folder", "object": "/none"}, "FS-EXP-22", "does not exist"),
        (S3, {"objectType": "file", "object": "/none", "fileType": "json"}, "FS-EXP-22", "does not exist"),
        (
            S3,
            {"objectType": "file", "object": "/some/path/data.csv", "fileType": "parquet"},
            "FS-EXP-22",
            "matching format",
        ),
    ],
)
def test_what_is_not_there_is_refused(source: Source, query: dict[str, str], rule: str, answer: str) -> None:
    with pytest.raises(Refused) as caught:
        explore(source, query)
    (found,) = caught.value.violations
    assert found.rule.id == rule
    assert answer in (found.answer or "")


def test_a_misspelt_table_is_told_the_nearest() -> None:
    with pytest.raises(Refused) as caught:
        explore(ZOHO, _table("leads"))
    assert caught.value.violations[0].nearest == "Leads"


@pytest.mark.parametrize(
    ("source", "query", "via_spec", "rule"),
    [
        (SOURCES["http-api"], {"objectType": "root"}, False, "FS-EXP-20"),
        (SOURCES["datalake"], {"objectType": "root"}, False, "FS-EXP-20"),
        (ZOHO, {"objectType": "root"}, True, "FS-EXP-21"),
        (LANDING_ZONE, {"objectType": "root"}, True, None),
        (ZOHO, {"objectType": "file"}, False, "FS-EXP-02"),
        (S3, {"objectType": "table"}, False, "FS-EXP-02"),
        (ZOHO, {"objectType": "view"}, False, "FS-EXP-02"),
        (SOURCES["dynamics-online"], {"objectType": "view"}, False, None),
        (ZOHO, {"objectType": "table", "filters": ""}, False, "FS-EXP-16"),
        (BIG_QUERY, {"objectType": "table", "filters": ""}, False, None),
    ],
)
def test_a_source_answers_only_what_it_has(
    source: Source, query: dict[str, str], via_spec: bool, rule: str | None
) -> None:
    assert [found.rule.id for found in explore_fits(source, query, via_spec)] == ([rule] if rule else [])


def test_an_unsupported_filter_is_a_warning_and_strictly_an_error() -> None:
    query = f"objectType=table&object=Leads&preview=true&filters={encoded(pql(compare('City', '=', 'Porto')))}"
    call = call_of(query)
    assert [row["Last_Name"] for row in explored(call, ZOHO)["data"]] == ["Pereira"]
    assert [found.rule.id for found in call.violations] == ["FS-EXP-16"]
    with pytest.raises(Refused):
        explored(call_of(query, "strict"), ZOHO)


def test_folders_and_files_are_walked_from_the_root() -> None:
    waiting, files = explore(S3, {"objectType": "root"}), set()
    while waiting:
        entry = waiting.pop()
        if entry["type"] == "folder":
            waiting += explore(S3, {"objectType": "folder", "object": entry["path"]})
        else:
            files.add(entry["path"])
    assert files == set(files_of(S3))


@pytest.mark.parametrize("path", files_of(S3))
def test_every_file_is_an_object_with_what_was_detected(path: str) -> None:
    file = files_of(S3)[path]
    answer = explore(S3, {"objectType": "file", "object": path, "fileType": file.file_type, "preview": "true"})
    assert answer["format"] == ("hierarchical" if file.file_type == "json" else "flat")
    assert answer["properties"]["fileType"] == file.file_type
    assert len(answer["data"]) == len(file.records)


@pytest.mark.parametrize("source", [source for source in SOURCES.values() if "rest" in source.explore_kinds], ids=str)
def test_a_rest_source_is_hierarchical_and_fits_its_schema(source: Source) -> None:
    answer = explore(source, {"objectType": "rest", "preview": "true"})
    assert answer["format"] == "hierarchical"
    for record in answer["data"]:
        complete = {name: value for name, value in record.items() if value is not None}
        Draft7Validator({**answer["schema"], "properties": dict(answer["schema"]["properties"])}).validate(
            json.loads(json.dumps(complete), object_hook=_without_nulls)
        )
    assert "data" not in explore(source, {"objectType": "rest"})
    assert explore(source, {"objectType": "root"})[0]["path"] == "json"


def _without_nulls(value: dict[str, Any]) -> dict[str, Any]:
    return {name: child for name, child in value.items() if child is not None}


def test_configs_are_empty_and_shaped() -> None:
    assert explored_source.configs(S3, {}) == {"items": [], "pageInfo": {"hasNext": False}}
    assert judged("outputType=activationDatasets&outputField=datasets&start=0&limit=100", CONFIG_RULES) == []
    assert [found.rule.id for found in judged("limit=many", CONFIG_RULES)] == ["FS-EXP-19"]
    assert errors(judged("limit=many", CONFIG_RULES)) == []
    assert [found.rule.id for found in judged("output=x", CONFIG_RULES)] == ["FS-QRY-16"]


@pytest.mark.parametrize(
    ("document", "rule"),
    [
        ([], "FS-EXP-09"),
        ({**pql(compare("a", "=", 1)), "type": "SQL"}, "FS-EXP-09"),
        ({**pql(compare("a", "=", 1)), "format": "pql"}, "FS-EXP-09"),
        ({"type": "PQL", "format": "pql/json"}, "FS-EXP-09"),
        (pql("a = 1"), "FS-EXP-10"),
        (pql({"nodeType": "fieldLookup", "fieldName": "a"}), "FS-EXP-10"),
        (pql({"nodeType": "fnApply", "params": []}), "FS-EXP-10"),
        (pql(apply("and")), "FS-EXP-10"),
        (pql(apply("=", {"nodeType": "fieldLookup", "fieldName": "a"})), "FS-EXP-10"),
        (pql(compare("", "=", 1)), "FS-EXP-10"),
        (pql(compare("a", "=", [1])), "FS-EXP-10"),
        (pql(compare("a", "in", 1)), "FS-EXP-10"),
        (pql(compare("a", "=", {"x": 1})), "FS-EXP-10"),
        (pql(compare("a", "=>", 1)), "FS-EXP-11"),
        (pql(apply("not", compare("a", "=", 1), compare("a", "=", 2))), "FS-EXP-12"),
        (pql(compare("a", "=", None)), "FS-EXP-13"),
        (pql(compare("a", "in", [])), "FS-EXP-13"),
    ],
)
def test_a_filter_with_one_mistake(document: Any, rule: str) -> None:
    found = list(filter_is_documented(document, ""))
    assert {breach.rule.id for breach in found} == {rule}
    assert all(breach.answer for breach in found)


@pytest.mark.parametrize(
    ("condition", "rule", "pointer"),
    [
        (compare("nowhere", "=", 1), "FS-EXP-14", "/value/params/0/fieldName"),
        (compare("LATITUDE", ">", "north"), "FS-EXP-15", "/value/params/1/value"),
        (apply("and", compare("ISEMPLOYED", "=", "true")), "FS-EXP-15", "/value/params/0/params/1/value"),
        (compare("LATITUDE", "in", [1.5, "x"]), "FS-EXP-15", "/value/params/1/value"),
    ],
)
def test_a_filter_that_does_not_fit_its_table_is_refused(condition: Any, rule: str, pointer: str) -> None:
    with pytest.raises(Refused) as caught:
        explore(BIG_QUERY, _table("TESTFAS.FASTABLE", filters=encoded(pql(condition))))
    assert [(found.rule.id, found.pointer) for found in caught.value.violations] == [(rule, f"query/filters{pointer}")]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (compare("city", "like", "M%"), ["Mira", "Jonas"]),
        (compare("city", "like", "_PO"), ["Ana"]),
        (compare("CITY", "=", "OPO"), ["Ana"]),
        (compare("city", "!=", "OPO"), ["Mira", "Jonas"]),
        (compare("age", ">=", 30), ["Mira", "Jonas"]),
        (compare("latitude", "<", 45), ["Ana"]),
        (compare("isEmployed", "==", False), ["Jonas"]),
        (compare("firstname", "in", ["Ana", "Kenji", "Nobody"]), ["Ana", "Kenji"]),
        (apply("isNull", {"nodeType": "fieldLookup", "fieldName": "city"}), ["Kenji"]),
        (apply("isNotNull", {"nodeType": "fieldLookup", "fieldName": "city"}), ["Mira", "Jonas", "Ana"]),
        (apply("NOT", apply("isNull", {"nodeType": "fieldLookup", "fieldName": "city"})), ["Mira", "Jonas", "Ana"]),
        (apply("not", compare("city", "=", "OPO")), ["Mira", "Jonas"]),
        (apply("or", compare("city", "=", "OPO"), compare("height", "=", "172")), ["Ana", "Kenji"]),
        (apply("and", compare("age", "<=", 31), compare("age", ">", 25)), ["Mira"]),
    ],
)
def test_a_filter_keeps_the_rows_that_meet_it(condition: Any, expected: list[str]) -> None:
    query = _table("TESTFAS.FASTABLE", preview="true", filters=encoded(pql(condition)))
    assert list(filter_is_documented(pql(condition), "")) == []
    assert [row["FIRSTNAME"] for row in explore(BIG_QUERY, query)["data"]] == expected


_LOGIC = st.sampled_from(["and", "or"])
LITERALS = st.integers(-3, 3) | st.sampled_from(["a", "b", "ab"]) | st.booleans()
CONDITIONS: st.SearchStrategy[Any] = st.recursive(
    st.builds(compare, st.sampled_from("nst"), st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), LITERALS)
    | st.builds(compare, st.sampled_from("nst"), st.just("in"), st.lists(LITERALS, min_size=1, max_size=3))
    | st.builds(lambda name: apply("isNull", {"nodeType": "fieldLookup", "fieldName": name}), st.sampled_from("nst")),
    lambda inner: (
        st.builds(lambda children, name: apply(name, *children), st.lists(inner, min_size=1, max_size=3), _LOGIC)
        | st.builds(lambda child: apply("not", child), inner)
    ),
    max_leaves=6,
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {"n": st.none() | st.integers(-3, 3), "s": st.none() | st.sampled_from(["a", "b", "1"]), "t": st.booleans()}
    )
)


@given(rows=ROWS, condition=CONDITIONS)
def test_well_formed_filters_split_the_rows(rows: list[dict[str, Any]], condition: Any) -> None:
    """What is kept, what its negation keeps and what neither does are all rows, none twice."""
    assert list(filter_is_documented(pql(condition), "")) == []
    list(columns_fit(pql(condition), {"n": "integer", "s": "string", "t": "boolean"}, ""))
    numbered = [{**row, "number": number} for number, row in enumerate(rows)]
    yes = {row["number"] for row in kept(numbered, condition)}
    no = {row["number"] for row in kept(numbered, apply("not", condition))}
    assert not yes & no
    both = {row["number"] for row in kept(numbered, apply("or", condition, apply("not", condition)))}
    assert both == yes | no
    assert kept(numbered, apply("and", condition, condition)) == kept(numbered, condition)


@given(value=JSON)
def test_any_json_as_a_filter_is_judged(value: Any) -> None:
    for document in (value, pql(value), pql(apply("and", value)), pql(compare("a", "=", value))):
        if not list(filter_is_documented(document, "")):
            list(columns_fit(document, {"a": "string"}, ""))
            kept([{"a": "x"}, {"a": None}], document["value"])


@given(value=JSON)
def test_base64_is_read_in_either_alphabet_padded_or_not(value: Any) -> None:
    text = json.dumps(value).encode()
    for spelled in (base64.b64encode(text), base64.urlsafe_b64encode(text)):
        assert decoded(spelled.decode()) == decoded(spelled.decode().rstrip("=")) == value
    assert decoded(base64.b64encode(text).decode().replace("+", " ")) == value


def test_every_documented_comparison_is_known() -> None:
    """filter.md, ``attributes.filterAtSource.comparisonOperators``, in the specs of the mock."""
    told = [connection_spec(source)["attributes"].get("filterAtSource") for source in catalogue().of("source")]
    operators = {name for filtering in told if filtering for name in filtering["comparisonOperators"]}
    assert {"=", "!=", "<", "<=", ">", ">=", "like", "in", "isNull", "isNotNull"} == operators
    assert {name.lower() for name in operators} <= set(COMPARISONS)


def test_every_rule_of_exploring_is_broken_by_a_test() -> None:
    text = Path(__file__).read_text("utf-8")
    assert [id for id in RULES if id.startswith("FS-EXP-") and f'"{id}"' not in text] == []
