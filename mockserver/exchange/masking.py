"""Secrets are masked here and nowhere else.

What a client sends is shown only where it is declared not to be secret: the documented keys, the credentials
that their source's page doesn't call secret, a few headers and query parameters. Everything else is masked,
since it may be a misspelt secret. The documents of all other collections than connections hold no credentials:
of what they document everything is shown that doesn't sound secret. A value that was masked at one place of
an exchange is masked wherever else in that exchange it turns up.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from functools import cache
from typing import Any
from urllib.parse import quote, unquote_plus

from contracts import Catalogue
from contracts.reading import forms, json_text
from contracts.reading.schemas import schema
from contracts.tables import COLLECTIONS
from mockserver.exchange.texts import over_texts, spellings, texts

__all__ = ["MASK", "Masker", "masked_connection", "masked_source"]

MASK = "xxxx"

_OPEN_KEYS = frozenset(
    ("name", "description", "state", "providerId", "limit", "orderby", "count")
    + ("title", "type", "action")  # of sandboxes
    + ("select_query",)  # of Zoho CRM
)
_OPEN_SPEC = frozenset(("id", "version"))
_OPEN_AUTH = frozenset(("specName", "type"))
_OPEN_PARAMETERS = frozenset(
    ("limit", "orderby", "count", "mode", "if-match")
    + ("orderBy", "offset", "validationOnly", "ignoreWarnings")  # of sandboxes
    + ("grant_type", "client_id", "scope")  # of IMS
    + ("response_type", "access_type", "prompt", "redirect_uri", "soid", "location", "accounts-server")  # of Zoho
    + ("fields", "page", "per_page", "sort_by", "sort_order", "module", "ids", "cvid", "include_child")  # of its CRM
)
_SECRET_PARAMETERS = frozenset(("code",))
_ANSWERED = frozenset(("access_token", "refresh_token", "id_token"))
_OPEN_HEADERS = frozenset(
    ("accept", "accept-encoding", "connection", "content-length", "content-type", "host", "if-match", "user-agent")
    + ("transfer-encoding", "x-api-key", "x-gw-ims-org-id", "x-request-id", "x-sandbox-id", "x-sandbox-name")
)
_SCHEMES = ("bearer", "basic", "digest", "zoho-oauthtoken")
_CREDENTIALS = re.compile(rf"\b({'|'.join(_SCHEMES)})\s+([^\s,]+)", re.IGNORECASE)
_MEDIA_PARAMETER = re.compile(r"(;\s*(?!charset|boundary)[^;=]*=)([^;]*)", re.IGNORECASE)
# Keywords of a JSON Schema whose values say nothing of a secret, even where they describe one.
_ABOUT_SECRETS = frozenset(("type", "title", "description", "format", "pattern", "$schema", "$ref", "$id", "required"))
_SAMPLES = frozenset(("default", "const", "enum", "example", "examples"))

_SECRET_WORD = re.compile(
    r"secre|token|passw|passphrase|credential|private.?key|access.?key|auth|cookie", re.IGNORECASE
)
_EXPRESSION = re.compile(r"([^=!<>~]*)([=!<>~]*)(.*)", re.DOTALL)
_USER_INFO = re.compile(r"(?<=//)[^/@\s]*@")
_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}")
_PATH_PARAMETER = re.compile(r";[^/?]*")
_SHORTEST = 6  # characters; a shorter value would be masked by chance in unrelated text


def masked_connection(document: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """A connection as the service shows it: every credential's key, secret values as ``xxxx``."""
    masked: dict[str, Any] = Masker(catalogue).sent(document)
    return masked


def masked_source(document: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """A source connection as the service shows it: params that its spec declares to be passwords as ``xxxx``."""
    source = catalogue.get(_spec_id(document) or "")
    params = document.get("params")
    if source is None or not source.secret_source_params or not isinstance(params, dict):
        return dict(document)
    masked = {name: MASK if name in source.secret_source_params else value for name, value in params.items()}
    return {**document, "params": masked}


@cache
def _documented(name: str) -> frozenset[str]:
    """What documents name the fields of that collection's bodies, where no credentials belong in them."""
    schemas = COLLECTIONS[name].schemas if name in COLLECTIONS else ()
    package = "contracts.services.flow_service"
    return frozenset(field for each in schemas for field in schema(each, package)["properties"])


class Masker:
    """Masks one exchange and remembers what it masked. ``collection`` is what the exchange is about."""

    def __init__(self, catalogue: Catalogue, collection: str = "connections") -> None:
        self._catalogue = catalogue
        self._documented = _documented(collection)
        self._own = COLLECTIONS[collection].own | {"state"} if self._documented else frozenset()
        self._is_spec = bool(self._documented) and COLLECTIONS[collection].shared
        self._secrets: set[str] = set()

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        return {name: self._header(name, value) for name, value in headers.items()}

    def url(self, url: str) -> str:
        base, mark, query = url.partition("?")
        return _PATH_PARAMETER.sub(self._path_parameter, base) + mark + "&".join(map(self._pair, query.split("&")))

    def _path_parameter(self, parameter: re.Match[str]) -> str:
        value = parameter[0].partition("=")[2]
        self._hidden([value, unquote_plus(value)])
        return f";{MASK}"

    def answered_headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """An answer's headers, of which a redirect may carry a grant code."""
        shown = {name.lower(): value for name, value in headers.items()}
        return {name: self.url(value) if name == "location" else value for name, value in shown.items()}

    def body(self, body: bytes) -> Any:
        """A request's body, parsed; of one that can't be parsed only the size, since nothing in it can be found."""
        if not body:
            return None
        try:
            return self.sent(json_text.parse(body))
        except json_text.JsonProblem as problem:
            return f"({len(body)} bytes that aren't JSON: {problem})"

    def form(self, body: bytes, content_type: str | None) -> Any:
        """The fields of a form; of one that can't be read only the size. A name that looks like none is a value."""
        if not body:
            return None
        try:
            fields = forms.parse(body, content_type)
        except forms.FormProblem as problem:
            return f"({len(body)} bytes that can't be read: {problem})"
        shown: dict[str, Any] = {}
        for name, value in fields:
            if not (value and _FIELD_NAME.fullmatch(name)):
                name = self._hidden(name)
            shown[name] = value if name in _OPEN_PARAMETERS else self._hidden(value)
        return shown

    def answered(self, body: bytes) -> Any:
        """An answer's body, parsed; the mock wrote it, so that beside new tokens and connections `again` is enough."""
        try:
            value = json_text.parse(body) if body else None
        except json_text.JsonProblem:  # a page for a browser
            return body.decode("utf-8", "replace")
        if isinstance(value, dict) and value.keys() & _ANSWERED:
            return {name: self._hidden(child) if name in _ANSWERED else child for name, child in value.items()}
        if not self._documented or not isinstance(value, dict):
            return value
        if isinstance(value.get("items"), list):
            return {**value, "items": [self._item(item) for item in value["items"]]}
        return self._item(value) if "id" in value else value

    def sent(self, value: Any) -> Any:
        """A document that a client sent."""
        if isinstance(value, list):
            return [self._operation(row) if isinstance(row, dict) else self._hidden(row) for row in value]
        if isinstance(value, dict):
            return self._operation(value) if _is_operation(value) else self._document(value)
        return self._twice_serialised(value) if isinstance(value, str) else value

    def again(self, value: Any) -> Any:
        """``value`` with every secret masked so far taken out of its texts."""
        secrets = sorted((text for text in self._secrets if len(text) >= _SHORTEST), key=len, reverse=True)
        if not secrets:
            return value
        forms = dict.fromkeys(form for text in secrets for form in spellings(text))
        pattern = re.compile("|".join(map(re.escape, forms)))
        return over_texts(value, lambda text: pattern.sub(MASK, text))

    def _header(self, name: str, value: str) -> str:
        for _, credential in _CREDENTIALS.findall(value):
            self._hidden(credential)
        if name in _OPEN_HEADERS and not _CREDENTIALS.search(value):
            return self._open_header(name, value)
        scheme, blank, rest = value.partition(" ")
        return f"{scheme} {self._hidden(rest)}" if blank and scheme.lower() in _SCHEMES else self._unknown(name, value)

    def _open_header(self, name: str, value: str) -> str:
        if name == "content-type":
            return _MEDIA_PARAMETER.sub(lambda found: found[1] + self._hidden(found[2]), value)
        login, at, host = value.rpartition("@") if name == "host" else ("", "", "")
        if not at:
            return value
        self._hidden([login, login.rpartition(":")[2]])
        return f"{MASK}@{host}"

    def _pair(self, pair: str) -> str:
        """One parameter of a query string."""
        name, equals, value = pair.partition("=")
        plain = unquote_plus(name)
        if not equals or plain in _OPEN_PARAMETERS:
            return pair
        text = unquote_plus(value)
        if plain in _SECRET_PARAMETERS:
            return f"{name}={self._hidden(text)}"
        if plain != "property":
            return f"{name}={self._unknown(plain, text)}"
        masked = self._expression(text)
        return pair if masked == text else f"{name}={quote(masked, safe='')}"

    def _query_string(self, text: str) -> str:
        """A search's filters: ``property=...`` as in a URL, or bare expressions."""
        return "&".join(map(self._piece, text.split("&")))

    def _piece(self, piece: str) -> str:
        return self._pair(piece) if piece.startswith("property=") else self._expression(piece)

    def _expression(self, text: str) -> str:
        """A filter; what is compared with a credential that isn't declared open is a secret, whatever the answer."""
        match = _EXPRESSION.fullmatch(text)
        assert match is not None
        path, operator, value = match.groups()
        name = path.strip().removeprefix("auth.params.")
        is_open = name in self._catalogue.open_params or not path.strip().lower().startswith("auth")
        if not operator or (is_open and not _SECRET_WORD.search(text)):
            return text
        return path + operator + self._hidden(value)

    def _document(self, document: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._member(name, value, document) for name, value in document.items()}

    def _member(self, name: str, value: Any, document: Mapping[str, Any]) -> Any:
        if name == "auth":
            return self._auth(value, _spec_id(document))
        if name == "connectionSpec":
            return self._only(_OPEN_SPEC, value)
        if name in self._documented and name != "queryString":
            return self._tree({name: value})[name]
        if name == "queryString" and isinstance(value, str):
            return self._query_string(value)
        return self._shown(value) if name in _OPEN_KEYS else self._unknown(name, value)

    def _auth(self, auth: Any, spec_id: str | None) -> Any:
        if not isinstance(auth, dict):
            return self._hidden(auth)
        shown = self._only(_OPEN_AUTH, {name: value for name, value in auth.items() if name != "params"})
        if "params" in auth:
            shown["params"] = self._only(self._open_params(spec_id, auth.get("specName")), auth["params"])
        return {name: shown[name] for name in auth}

    def _only(self, names: Container[str], value: Any) -> Any:
        """An object of which only ``names`` are shown."""
        if not isinstance(value, dict):
            return self._hidden(value)
        return {name: self._shown(child) if name in names else self._hidden(child) for name, child in value.items()}

    def _item(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """A resource as it was answered; what a client stored under a name of its own is as hidden as it was there."""
        return {
            name: self._tree({name: value})[name]
            if name in self._documented | self._own
            else self._unknown(name, value)
            for name, value in item.items()
        }

    def _tree(self, value: Any) -> Any:
        """A document without credentials: all of it but what stands under a name that sounds secret."""
        if isinstance(value, list):
            return [self._tree(child) for child in value]
        if not isinstance(value, dict):
            return self._shown(value)
        return {name: self._branch(name, child) for name, child in value.items()}

    def _branch(self, name: str, value: Any) -> Any:
        if name in self._documented:
            return self._tree(value)
        if name in self._catalogue.secret_source_params:
            return self._hidden(value)
        if not _SECRET_WORD.search(name):
            return self._tree(value)
        return self._about_secret(name, value) if self._is_spec else self._hidden(value)

    def _about_secret(self, name: str, value: Any) -> Any:
        """Of a spec: what describes a secret is a JSON Schema, and only samples in it can give one away."""
        if isinstance(value, dict):
            return {key: self._about_secret(key, child) for key, child in value.items()}
        if isinstance(value, list) and name not in _SAMPLES:
            return [self._about_secret(name, child) for child in value]
        if value is None or isinstance(value, bool) or name in _ABOUT_SECRETS:
            return self._shown(value)
        return self._hidden(value)

    def _operation(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A JSON Patch operation: its path says what its value is. Where either is misspelt, the value is hidden."""
        return {name: self._part(name, value, row) for name, value in row.items()}

    def _part(self, name: str, value: Any, row: Mapping[str, Any]) -> Any:
        if name == "value":
            return self._patched(row.get("path"), value)
        if name in ("path", "from"):
            return self._path(value)
        return self._shown(value) if name == "op" else self._hidden(value)

    def _patched(self, path: Any, value: Any) -> Any:
        parts = path.split("/")[1:] if isinstance(path, str) and path.startswith("/") else []
        if parts and parts[0] in self._documented and parts[0] != "connectionSpec":
            return self._below(parts, value)
        match parts:
            case ["auth"]:
                return self._auth(value, None)
            case ["auth", "params"]:
                return self._only(self._catalogue.open_params, value)
            case ["auth", "params", name]:
                is_open = name in self._catalogue.open_params
            case ["auth", name]:
                is_open = name in _OPEN_AUTH
            case [name]:
                is_open = name in _OPEN_KEYS
            case _:
                is_open = False
        return self._shown(value) if is_open else self._hidden(value)

    def _below(self, parts: list[str], value: Any) -> Any:
        """What is written at a path of a document without credentials: its names are judged as the document's are."""
        for name in reversed(parts):
            value = {name: value}
        shown = self._tree(value)
        for name in parts:
            shown = shown[name] if isinstance(shown, dict) else shown
        return shown

    def _path(self, path: Any) -> Any:
        """A pointer may end in what should have been the value: beyond a credential's name nothing is shown."""
        if not isinstance(path, str):
            return self._hidden(path)
        if "auth" not in path.lower():
            return path
        known = {"", "auth", "params", *_OPEN_AUTH, *self._catalogue.param_names}
        return "/".join(part if part in known else self._hidden(part) for part in path.split("/"))

    def _shown(self, value: Any) -> Any:
        """What stands where nothing secret belongs; still no object, and no login in a URL."""
        if isinstance(value, dict | list):
            return self._hidden(value)
        if not isinstance(value, str):
            return value
        for login in _USER_INFO.findall(value):
            self._hidden(login.removesuffix("@").rpartition(":")[2])
        return self._twice_serialised(_USER_INFO.sub(f"{MASK}@", value))

    def _twice_serialised(self, text: str) -> Any:
        """A text that is JSON itself, as a body that was serialised twice, is masked as what it spells."""
        if text.lstrip()[:1] not in ("{", "[") or not _SECRET_WORD.search(text):
            return text
        try:
            spelt = json_text.parse(text.encode("utf-8", "surrogatepass"))
        except json_text.JsonProblem:
            return text
        return json_text.render(self.sent(spelt)).decode("ascii")

    def _open_params(self, spec_id: str | None, spec_name: object) -> frozenset[str]:
        """The params that may be shown; where the source isn't known, those that are secret in no source."""
        source = self._catalogue.get(spec_id) if spec_id else None
        if source is None:
            return self._catalogue.open_params
        spec = source.auth.get(spec_name) if isinstance(spec_name, str) else None
        return spec.open_params if spec else frozenset()

    def _unknown(self, name: str, value: Any) -> str:
        """What stands under a name that isn't documented: masked, and looked for elsewhere only if it sounds secret."""
        return self._hidden(value) if _SECRET_WORD.search(name) else MASK

    def _hidden(self, value: Any) -> str:
        # Some pages print a credential's name as its value: {"accessKeyId": "accessKeyId"}. That is no secret.
        self._secrets.update(text for text in texts(value) if text not in self._catalogue.param_names)
        return MASK


def _spec_id(document: Mapping[str, Any]) -> str | None:
    spec = document.get("connectionSpec")
    spec_id = spec.get("id") if isinstance(spec, dict) else None
    return spec_id if isinstance(spec_id, str) else None


def _is_operation(row: Mapping[str, Any]) -> bool:
    return "op" in row or "path" in row
