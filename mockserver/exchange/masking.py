"""Secrets are masked here and nowhere else.

What a client sends is shown only where a service declares that it is no secret: `Shows`. Everything else is masked, at
any depth, since it may be a secret under a name of the client's own. Of the documents of collections that hold no
credentials what stands under a documented name is shown. A secret that was masked at one place of an exchange is masked
wherever else in that exchange it turns up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import quote, unquote_plus

from contracts import Catalogue
from contracts.reading import forms, json_text
from contracts.tables import COLLECTIONS
from mockserver.exchange.declared import documented, form_names, open_names
from mockserver.exchange.spelt import Spelt
from mockserver.exchange.texts import (
    BEFORE_JSON,
    MASK,
    SCHEMES,
    SHORTEST,
    all_spellings,
    credentials,
    may_spell_a_secret,
    over_texts,
    secrets,
    sounds_made_up,
    sounds_secret,
    suspects,
    texts,
    without_named,
)

__all__ = ["MASK", "Masker", "Shows", "together"]

Member = Callable[["Masker", Any, Mapping[str, Any]], Any]
"""Masks the value of a key; the document in which that stands says what belongs there."""


class Shows(NamedTuple):
    """What of a service's requests and answers holds no secret, and how what may hold one is read.

    ``keys`` of bodies, ``parameters`` of queries and forms and ``headers`` are shown as they are; so is a text, number
    or switch under one of ``fields`` at any depth of a document without credentials, or under one that the functions
    ``declared`` read when something is masked. ``secret_parameters``
    and the keys ``answered`` are always secrets. ``schemes`` of Authorization stand before a secret. ``members`` mask
    what stands under a key, ``patched`` what a JSON Patch writes below a first segment, ``queries`` the text of a query
    parameter, ``pointers`` the path of a JSON Patch.
    """

    keys: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    declared: frozenset[Callable[[], frozenset[str]]] = frozenset()
    parameters: frozenset[str] = frozenset()
    headers: frozenset[str] = frozenset()
    secret_parameters: frozenset[str] = frozenset()
    answered: frozenset[str] = frozenset()
    schemes: frozenset[str] = frozenset()
    members: Mapping[str, Member] = {}
    patched: Mapping[str, Callable[[Masker, list[str], Any], Any]] = {}
    queries: Mapping[str, Callable[[Masker, str], str]] = {}
    pointers: frozenset[Callable[[Masker, str], str]] = frozenset()


def together(all_: Iterable[Shows]) -> Shows:
    """What any of them shows."""
    found: dict[str, Any] = {name: type(default)() for name, default in Shows._field_defaults.items()}
    for shows in all_:
        for name in found:
            found[name] = found[name] | getattr(shows, name)
    return Shows(**found)


_OPEN_HEADERS = frozenset(
    ("accept", "accept-encoding", "connection", "content-length", "content-type", "host", "user-agent")
    + ("transfer-encoding",)
)
_PIECES = re.compile(r"([;,()])")  # of a header; each may be a parameter
_OPEN_PARAMETERS = frozenset(("charset", "boundary", "q", "version"))
_USER_INFO = re.compile(r"(?<=//)[^/@\s]*@")
_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}")
_PATH_PARAMETER = re.compile(r";[^/?]*")
_NAMED = "secret"  # a name that sounds like one
_MOST_SECRETS = 100  # of one exchange that are looked for elsewhere in it


class Masker:
    """Masks one exchange and remembers what it masked. ``collection`` is what the exchange is about.

    What a service masks in a way of its own it does with `shown`, `hidden`, `stray`, `only`, `unknown` and `pair`.
    """

    def __init__(self, catalogue: Catalogue, shows: Shows, collection: str = "") -> None:
        self.catalogue = catalogue
        self._shows = shows
        self._documented = documented(collection)
        self._own, self._fields, self._told = open_names(catalogue, shows.fields, shows.declared, collection)
        self._shows_figures = collection in COLLECTIONS and not COLLECTIONS[collection].holds_credentials
        self._masked: list[tuple[str, Any]] = []
        """What was masked, with the name that it stood under, and isn't among the secrets yet."""
        self._found: dict[str, bool] = {}
        self._spelt: tuple[int, Spelt | None] = (0, None)
        """So many of the secrets, spelt."""

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        return {name: self._header(name, value) for name, value in headers.items()}

    def url(self, url: str) -> str:
        base, mark, query = self._without_login(url).partition("?")
        return _PATH_PARAMETER.sub(self._path_parameter, base) + mark + "&".join(map(self.pair, query.split("&")))

    def _path_parameter(self, parameter: re.Match[str]) -> str:
        value = parameter[0].partition("=")[2]
        self.hidden([value, unquote_plus(value)])
        return f";{MASK}"

    def answered_headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """An answer's headers, of which a redirect may carry a grant code."""
        shown = {name.lower(): value for name, value in headers.items()}
        return {name: self.url(value) if name == "location" else value for name, value in shown.items()}

    def body(self, body: bytes) -> Any:
        """A request's body, parsed; of one that can't be parsed the size; what it names as a secret is known."""
        if not body:
            return None
        try:
            return self.sent(json_text.parse(body))
        except json_text.JsonProblem as problem:
            self.hidden(secrets(body.decode("utf-8", "replace")))
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
            if name not in form_names() and not (value and _FIELD_NAME.fullmatch(name)):
                name = self.stray(name)
            shown[name] = value if name in self._shows.parameters else self.hidden(value, name)
        return shown

    def answered(self, body: bytes, is_refusal: bool = False) -> Any:
        """An answer's body, parsed. For what the mock wrote `again` is enough; what clients have stored is hidden."""
        try:
            value = json_text.parse(body) if body else None
        except json_text.JsonProblem:  # a page for a browser, which may hold what was sent
            return f"({len(body)} bytes that aren't JSON)"
        if isinstance(value, dict) and value.keys() & self._shows.answered:
            secrets = self._shows.answered
            return {name: self.hidden(child) if name in secrets else child for name, child in value.items()}
        if self._told and not is_refusal:
            return self._added(None, value)
        if not self._documented or not isinstance(value, dict):
            return value
        if isinstance(value.get("items"), list):
            return {**value, "items": [self._item(item) for item in value["items"]]}
        return self._item(value) if "id" in value else value

    def sent(self, value: Any) -> Any:
        """A document that a client sent."""
        if isinstance(value, list):
            return [self._operation(row) if isinstance(row, dict) else self.stray(row) for row in value]
        if isinstance(value, dict):
            return self._operation(value) if "op" in value or "path" in value else self._document(value)
        return self._parsed(value, self.stray) if isinstance(value, str) else value

    def again(self, value: Any) -> Any:
        """``value`` with every secret masked so far taken out of its texts."""
        if self._are_too_many:
            return over_texts(value, lambda text: text if len(text) < SHORTEST else MASK)
        return over_texts(value, self._all_spelt().masked)

    def quoted(self, text: str, documented: str = "") -> str:
        """What a message quotes, as `again`; of a secret that was cut there (`CUT`) the beginning is masked too.

        What stands in ``documented`` is none.
        """
        if self._are_too_many:
            return str(self.again(text))
        return self._all_spelt().masked(text, documented)

    @property
    def _are_too_many(self) -> bool:
        """Whether it would take too long to look for each."""
        long = (text for text in self._secrets if len(text) >= SHORTEST)
        return len(list(islice(long, _MOST_SECRETS + 1))) > _MOST_SECRETS

    @property
    def found(self) -> Iterable[str]:
        """What was named as a secret, or looks like one, and is to be looked for in other exchanges too."""
        return (text for text, is_named in self._secrets.items() if is_named or sounds_made_up(text))

    def _all_spelt(self) -> Spelt:
        """All that was masked so far."""
        known = self._secrets
        count, spelt = self._spelt
        spelt = spelt or Spelt()
        new = [text for text in islice(known, count, None) if len(text) >= SHORTEST]
        if new:
            spelt.add(all_spellings(new))
        self._spelt = (len(known), spelt)
        return spelt

    def _header(self, name: str, value: str) -> str:
        for _, credential in credentials(self._shows.schemes).findall(value):
            self.hidden(credential)
        is_open = name in _OPEN_HEADERS or name in self._shows.headers
        if is_open and not credentials(self._shows.schemes).search(value):
            return self._open_header(name, value)
        scheme, blank, rest = value.partition(" ")
        return (
            f"{scheme} {self.hidden(rest)}"
            if blank and scheme.lower() in SCHEMES | self._shows.schemes
            else self.unknown(name, value)
        )

    def _open_header(self, name: str, value: str) -> str:
        if name in _OPEN_HEADERS and name != "host":
            return "".join(map(self._piece, _PIECES.split(value)))
        login, at, host = value.rpartition("@") if name == "host" else ("", "", "")
        if not at:
            return value
        self.hidden([login, login.rpartition(":")[2]])
        return f"{MASK}@{host}"

    def _piece(self, piece: str) -> str:
        before, equals, value = piece.partition("=")
        name = (before.split() or [""])[-1].lower()
        if not equals or name in _OPEN_PARAMETERS:
            return piece
        return before + equals + self.hidden(value.strip(' "'), name)

    def pair(self, pair: str) -> str:
        """One parameter of a query string."""
        name, equals, value = pair.partition("=")
        plain = unquote_plus(name)
        text = unquote_plus(value)
        if not equals or plain in self._shows.parameters:
            masked = self._without_login(text)
            return pair if masked == text else f"{name}={quote(masked, safe='')}"
        if plain in self._shows.secret_parameters:
            return f"{name}={self.hidden(text)}"
        own = self._shows.queries.get(plain)
        if own is None:
            return f"{name}={self.unknown(plain, text)}"
        masked = own(self, text)
        return pair if masked == text else f"{name}={quote(masked, safe='')}"

    def _document(self, document: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._member(name, value, document) for name, value in document.items()}

    def _member(self, name: str, value: Any, document: Mapping[str, Any]) -> Any:
        own = self._shows.members.get(name)
        if own is not None:
            return own(self, value, document)
        if name in self._documented or name in self._own:
            return self._branch(name, value)
        return self.shown(value) if name in self._shows.keys else self._unknown(name, value)

    def only(self, names: Container[str], value: Any) -> Any:
        """An object of which only ``names`` are shown."""
        if not isinstance(value, dict):
            return self.stray(value)
        return {name: self.shown(child) if name in names else self.hidden(child, name) for name, child in value.items()}

    def _item(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """A resource as it was answered; what a client stored under a name of its own is as hidden as it was there."""
        return {
            name: self._branch(name, value) if name in self._documented | self._own else self._unknown(name, value)
            for name, value in item.items()
        }

    def _added(self, name: str | None, value: Any) -> Any:
        """An answer of a service that says which keys it adds to what clients have stored."""
        if isinstance(value, dict):
            return {key: self._added(key, child) for key, child in value.items()}
        if isinstance(value, list):
            return [self._added(name, child) for child in value]
        if name is None or name in self._told or not isinstance(value, str):
            return self.shown(value)
        return self.unknown(name, value)

    def _branch(self, name: str, value: Any, above: str = "") -> Any:
        """What stands under a name of a document without credentials: its scalars are shown if the name is declared.

        ``above`` is a name that stands above it and sounds secret.
        """
        above = name if sounds_secret(name) else above
        if isinstance(value, dict):
            return {key: self._branch(key, child, above) for key, child in value.items()}
        if isinstance(value, list):
            return [self._branch(name, child, above) for child in value]
        is_open = name in self._fields and name not in self.catalogue.secret_source_params
        return self.shown(value) if is_open else self._unknown(above or name, value)

    def _unknown(self, name: str, value: Any) -> Any:
        """As `unknown`; but a number or a switch is no secret where no credentials belong and the name is harmless."""
        is_figure = value is None or isinstance(value, int | float)
        return value if is_figure and self._shows_figures and not sounds_secret(name) else self.unknown(name, value)

    def _operation(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A JSON Patch operation: its path says what its value is. Where either is misspelt, the value is hidden."""
        return {name: self._part(name, value, row) for name, value in row.items()}

    def _part(self, name: str, value: Any, row: Mapping[str, Any]) -> Any:
        if name == "value":
            return self._patched(row.get("path"), value)
        if name in ("path", "from"):
            return self._path(value)
        return self.shown(value) if name == "op" or name in self._shows.keys else self.hidden(value, name)

    def _patched(self, path: Any, value: Any) -> Any:
        parts = path.split("/")[1:] if isinstance(path, str) and path.startswith("/") else []
        own = self._shows.patched.get(parts[0]) if parts else None
        if own is not None:
            return own(self, parts, value)
        if parts and parts[0] in self._documented:
            return self._below(parts, value)
        is_open = len(parts) == 1 and parts[0] in self._shows.keys
        return self.shown(value) if is_open else self.hidden(value, parts[-1] if parts else "")

    def _below(self, parts: list[str], value: Any) -> Any:
        """What is written at a path of a document without credentials: its names are judged as the document's are."""
        names = [part for part in parts if not part.isdigit() and part != "-"]
        above = next(filter(sounds_secret, names), "")
        return self._branch(names[-1] if names else "", value, above)

    def _path(self, path: Any) -> Any:
        if not isinstance(path, str):
            return self.stray(path)
        for masked in self._shows.pointers:
            path = masked(self, path)
        return self.shown(path)

    def shown(self, value: Any) -> Any:
        """What stands where nothing secret belongs; still no object, and no login in a URL."""
        if isinstance(value, dict | list):
            return self.stray(value)
        if not isinstance(value, str):
            return value
        return self._twice_serialised(self._without_login(value))

    def _without_login(self, text: str) -> str:
        """Without the login that a URL may begin with."""
        if "@" not in text:  # as in most
            return text
        for login in _USER_INFO.findall(text):
            self.hidden([unquote_plus(login.removesuffix("@").rpartition(":")[2]), login.removesuffix("@")])
        return _USER_INFO.sub(f"{MASK}@", text)

    def _twice_serialised(self, text: str) -> Any:
        """A text that is JSON itself, as a body that was serialised twice, or begins like it."""
        return self._parsed(text, without_named) if may_spell_a_secret(text) else text

    def _parsed(self, text: str, otherwise: Callable[[str], str]) -> str:
        """JSON in a text is masked as what it spells; what is only nearly JSON, as Python writes it, `otherwise`."""
        try:
            spelt = json_text.parse(text.lstrip(BEFORE_JSON).encode("utf-8", "surrogatepass"))
        except json_text.JsonProblem:
            self.hidden(secrets(text))
            return otherwise(text)
        return json_text.render(self.sent(spelt)).decode("ascii")

    def unknown(self, name: str, value: Any) -> str:
        """What stands under a name that isn't documented: masked, and looked for elsewhere if it may be a secret."""
        for text, is_named in suspects(name, value):
            self.hidden(text) if is_named else self.stray(text)
        return MASK

    def hidden(self, value: Any, name: str = _NAMED) -> str:
        """A secret: masked wherever else something is shown. ``name`` is that of an undeclared place."""
        self._masked.append((name, value))
        return MASK

    def stray(self, value: Any) -> str:
        """What may be a secret: masked in all of the exchange, and in others if it is no word, date or id."""
        return self.hidden(value, "")

    @property
    def _secrets(self) -> Mapping[str, bool]:
        """All that was masked, and whether it was named as a secret."""
        for name, value in self._masked:
            is_known = name in self.catalogue.param_names or name in self._shows.secret_parameters
            named = {text for text, by_name in suspects(_NAMED if is_known else name, value) if by_name}
            for text in texts(value):
                # Some pages print a credential's name as its value: {"accessKeyId": "accessKeyId"}. That is no secret.
                if text not in self.catalogue.param_names:
                    self._found[text] = text in named or self._found.get(text, False)
        self._masked.clear()
        return self._found
