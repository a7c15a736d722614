"""Secrets are masked here and nowhere else.

Under ``auth.params`` only what the source's page declares as not secret is shown. Everywhere else the
name of a key, header, query parameter or form field decides. A value that was masked at one place of
an exchange is masked wherever else in that exchange it turns up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus, unquote_plus

from contracts import Catalogue, json_text

__all__ = ["MASK", "Masker", "is_secret_name", "masked_connection"]

MASK = "xxxx"

_SECRET_WORDS = ("secret", "token", "password", "passwd", "passphrase", "credential", "authorization", "assertion") + (
    ("cookie", "privatekey", "accesskey", "accountkey", "sharedkey", "connectionstring", "sasuri")
)
_EXPRESSION = re.compile(r"([^=!<>~]*)([=!<>~]*)(.*)", re.DOTALL)
_NO_SECRETS = ("continuationtoken", "tokentype")
_SHORTEST = 6  # characters; a shorter value would be masked by chance in unrelated text


@lru_cache(maxsize=4096)
def is_secret_name(name: str) -> bool:
    """Whether what stands under ``name`` is to be masked."""
    plain = re.sub(r"[^a-z]", "", name.lower())
    return plain not in _NO_SECRETS and any(word in plain for word in _SECRET_WORDS)


def masked_connection(document: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """A connection as the service shows it: every credential's key, secret values as ``xxxx``."""
    masked: dict[str, Any] = Masker(catalogue).value(document)
    return masked


class Masker:
    """Masks one exchange and remembers what it masked."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._secrets: set[str] = set()

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        return {name: self._header(name, value) for name, value in headers.items()}

    def url(self, url: str) -> str:
        base, mark, query = url.partition("?")
        return base + mark + "&".join(self._pair(pair) for pair in query.split("&"))

    def body(self, body: bytes) -> Any:
        """The parsed and masked body; of one that can't be parsed only the size, since nothing in it can be found."""
        if not body:
            return None
        try:
            return self.value(json_text.parse(body))
        except json_text.JsonProblem as problem:
            return f"({len(body)} bytes that aren't JSON: {problem})"

    def value(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._operation(row) if _is_operation(row) else self.value(row) for row in value]
        if isinstance(value, str):
            return self._text(value)
        if not isinstance(value, dict):
            return value
        if _is_operation(value):
            return self._operation(value)
        return {name: self._member(name, child, value) for name, child in value.items()}

    def again(self, value: Any) -> Any:
        """``value`` with every secret masked so far taken out of its texts."""
        secrets = sorted((text for text in self._secrets if len(text) >= _SHORTEST), key=len, reverse=True)
        if not secrets:
            return value
        forms = dict.fromkeys(form for text in secrets for form in (text, quote(text, safe=""), quote_plus(text)))
        pattern = re.compile("|".join(map(re.escape, forms)))
        return _over_texts(value, lambda text: pattern.sub(MASK, text))

    def _header(self, name: str, value: str) -> str:
        if not is_secret_name(name):
            return value
        scheme, blank, rest = value.partition(" ")
        return f"{scheme} {self._hide(rest)}" if blank and scheme.isalpha() else self._hide(value)

    def _pair(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        plain = unquote_plus(name)
        if plain == "property":
            text = unquote_plus(value)
            masked = self._expression(text)
            return pair if masked == text else f"{name}={quote(masked)}"
        return f"{name}={self._hide(unquote_plus(value))}" if equals and is_secret_name(plain) else pair

    def _piece(self, piece: str) -> str:
        """One of a queryString: ``property=...`` as in a URL, or a bare expression."""
        return self._pair(piece) if piece.startswith("property=") else self._expression(piece)

    def _expression(self, text: str) -> str:
        """A filter: the value after ``auth.params.clientSecret==`` is a secret, whatever the answer to it."""
        path, operator, value = _EXPRESSION.fullmatch(text).groups()  # type: ignore[union-attr]
        name = path.strip().removeprefix("auth.params.")
        if not operator or not (
            is_secret_name(path) or (name != path.strip() and name not in self._catalogue.open_params)
        ):
            return text
        return f"{path}{operator}{self._hide(value)}"

    def _text(self, text: str) -> Any:
        """A text that is JSON itself, as a body that was serialised twice, is masked as what it spells."""
        if text.lstrip()[:1] not in ("{", "[") or not is_secret_name(text):
            return text
        try:
            return self.value(json_text.parse(text.encode("utf-8", "surrogatepass")))
        except json_text.JsonProblem:
            return text

    def _member(self, name: str, value: Any, parent: Mapping[str, Any]) -> Any:
        if name == "queryString" and isinstance(value, str):
            return "&".join(map(self._piece, value.split("&")))
        if name == "auth" and isinstance(value, dict):
            return self._auth(value, _spec_id(parent))
        return self._hide(value) if is_secret_name(name) else self.value(value)

    def _auth(self, auth: Mapping[str, Any], spec_id: str | None) -> dict[str, Any]:
        open_params = self._open_params(spec_id, auth.get("specName"))
        return {
            name: self._params(value, open_params) if name == "params" else self._member(name, value, auth)
            for name, value in auth.items()
        }

    def _params(self, params: Any, open_params: Iterable[str]) -> Any:
        if not isinstance(params, dict):
            return self._hide(params)
        return {name: value if name in open_params else self._hide(value) for name, value in params.items()}

    def _operation(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A JSON Patch operation: its path says what its value is."""
        first, *rest = row["path"].removeprefix("/").split("/")
        return {
            name: self._patched(first, rest, child) if name == "value" else self._member(name, child, row)
            for name, child in row.items()
        }

    def _patched(self, first: str, rest: list[str], value: Any) -> Any:
        if first != "auth" or rest[:1] == ["specName"]:
            return self._hide(value) if any(map(is_secret_name, (first, *rest))) else self.value(value)
        if not rest:
            return self._auth(value, None) if isinstance(value, dict) else self._hide(value)
        open_params = self._open_params(None, None)
        if rest == ["params"]:
            return self._params(value, open_params)
        return value if rest[0] == "params" and rest[1:] and rest[1] in open_params else self._hide(value)

    def _open_params(self, spec_id: str | None, spec_name: object) -> frozenset[str]:
        """The params that may be shown; where the source isn't known, those that are secret in no source."""
        source = self._catalogue.get(spec_id) if spec_id else None
        if source is None:
            return self._catalogue.open_params
        spec = source.auth.get(spec_name) if isinstance(spec_name, str) else None
        return spec.open_params if spec else frozenset()

    def _hide(self, value: Any) -> str:
        # Some pages print a credential's name as its value: {"accessKeyId": "accessKeyId"}. That is no secret.
        self._secrets.update(text for text in _texts(value) if text not in self._catalogue.param_names)
        return MASK


def _spec_id(document: Mapping[str, Any]) -> str | None:
    spec = document.get("connectionSpec")
    spec_id = spec.get("id") if isinstance(spec, dict) else None
    return spec_id if isinstance(spec_id, str) else None


def _is_operation(row: object) -> bool:
    return isinstance(row, dict) and isinstance(row.get("op"), str) and isinstance(row.get("path"), str)


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for child in value.values() if isinstance(value, dict) else value:
            yield from _texts(child)


def _over_texts(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {name: _over_texts(child, change) for name, child in value.items()}
    return [_over_texts(child, change) for child in value] if isinstance(value, list) else value
