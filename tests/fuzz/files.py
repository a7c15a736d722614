"""Files with requests, as `lint` and `verify` read them: a function, sound inputs and words for each kind."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import suppress
from functools import cache

from contracts import Contract
from contracts.tables import ROUTES
from mockserver.linting.bodies import operation_of
from mockserver.linting.finding import Tally
from mockserver.linting.formats import FORMATS
from mockserver.linting.judged import judge, judge_body, located
from mockserver.linting.secrets import Secrets
from mockserver.readers.read_request import ReadRequest, Unreadable
from mockserver.readers.recognised import requests_of
from mockserver.verifying.facts import Facts
from tests.kit.connection import zoho
from tests.kit.recorded import CONNECTIONS, collection, copied_for_cmd, entry, har, item

__all__ = [
    "COLLECTION",
    "COPIED",
    "CURL",
    "CURL_WORDS",
    "FETCH",
    "HAR",
    "HTTP",
    "HTTP_WORDS",
    "JOURNAL",
    "RECORDED_WORDS",
    "reader_of",
]


def reader_of(name: str) -> Callable[[bytes], None]:
    """What reads a file of that name: it can't be read, or each finding stands at a line and column that it has."""

    def read(data: bytes) -> None:
        tally, secrets = Tally(), Secrets()
        with suppress(Unreadable):
            for request in requests_of(io.BytesIO(data), name):
                _look_at(request, tally, secrets)
        secrets.hide(tally, 0, 0)
        lines = data.decode("utf-8", "surrogateescape").split("\n")
        for found in tally.findings:
            assert 1 <= found.line <= len(lines), found
            assert 1 <= found.column <= len(lines[found.line - 1]) + 1, found
        for write in FORMATS.values():
            write(tally)

    return read


def _look_at(request: ReadRequest, tally: Tally, secrets: Secrets) -> None:
    if request.body is not None and not request.url.value:
        body = request.body.value.encode("utf-8", "surrogateescape")
        judge_body(request, operation_of(body), "x", _contract(), tally)
        return
    judge(request, "x", _contract(), tally, secrets)
    sent = located(request)
    if sent is not None and request.answer is not None:
        row = ROUTES.find(sent.path).operations.get(sent.request.method)
        facts = Facts()
        facts.take(row, sent.request.query, request.answer.status, request.answer.body)
        facts.drifts()


@cache
def _contract() -> Contract:
    return Contract()


SPOILT = json.dumps({**zoho(), "name": 5}, indent=1)
HAR = json.dumps(har(entry("POST", body=SPOILT, answer={"items": [{"id": "x"}]})), indent=1).encode()
COLLECTION = json.dumps(collection(item("x", "POST", {"raw": CONNECTIONS + "/:id?limit=0"}, SPOILT)), indent=1).encode()
JOURNAL = b"""{"requests": [{"request": {"method": "GET", "url": "/x?limit=0", "headers": {}, "body": {"a": [1]}},
"violations": [{"rule": "FS-QRY-03", "severity": "error", "pointer": "/a/0", "message": "x", "allowed": []}]}]}"""
CURL = f"""curl -X POST "{CONNECTIONS}" -H 'Content-Type: application/json' \\
 -H "x-api-key: $KEY" -d '{SPOILT}' | jq .
curl {CONNECTIONS} -d @- <<EOF
{{}}
EOF
""".encode()
COPIED = f"{copied_for_cmd(CONNECTIONS, SPOILT)} &\n{copied_for_cmd(CONNECTIONS, '{}')}".encode()
FETCH = (
    f"await fetch({json.dumps(CONNECTIONS)}, {json.dumps({'headers': {'a': 'b'}, 'body': SPOILT}, indent=1)})".encode()
)
HTTP = f"@a = b\n### x\nPOST {CONNECTIONS}\n ?limit=0\nx-api-key: {{{{a}}}}\n\n{SPOILT}\n> {{% x %}}\n".encode()


def _words(text: str) -> tuple[bytes, ...]:
    return tuple(text.encode().split())


RECORDED_WORDS = _words(
    '"log" "entries" "request" "url" "text" "headers" "name" "value" "item" "requests" "violations" "pointer" '
    '"variable" "auth" "body" {{a}} \\u0022 \\'
)
CURL_WORDS = (
    *_words('curl ^" ^ ^\\^" & \' " $\' \\ $( ${ } ) ` --url= @- | ; # > ~~~ A= $A {{a}} --next'),
    b"\n",
    b"\\\n",
    b" ",
    b"\r",
)
CURL_WORDS += (b"<<EOF\n", b"EOF\n", b"-d ", b"-H ", b"-G ", b"```\n")
HTTP_WORDS = (*_words("### @a= %} HTTP/1.1 ?a=b //"), b"< {%", b"> {%", b"GET ", b"POST ", b": ", b"< ./x", b"\n\n")
