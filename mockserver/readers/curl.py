"""The requests of curl commands in a shell script.

uncurl, curlparser and curlconverter read one command each, by shlex, and keep no places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote_plus

from mockserver.readers import cmd_words
from mockserver.readers.lines import Line, Lines, as_text
from mockserver.readers.read_request import Header, ReadRequest, Unreadable, not_read
from mockserver.readers.shell_words import Command, command_at
from mockserver.readers.text import Text, joined, made_up

__all__ = ["requests_of_shell"]

_CURL = re.compile(r"(?:^|(?<=[\s;&|(`]))curl(?:\.exe)?(?=[ \t\\\r\n])")
_ASSIGNED = re.compile(r"^[ \t]*(?:(?:export|local|readonly|declare)[ \t]+)?([A-Za-z_]\w*)=(?=[^\s=])")
_COMMENTED = ("#", "::", "rem ", "REM ")
# Windows' cmd goes on behind ^, PowerShell behind `; as one character each, so that the columns stay.
_CONTINUED = re.compile(r"(?<=[ \t])[\^`](?=\r?\n?$)")
_OF_CMD = re.compile(r'curl(?:\.exe)?[^\n]*?[ \t]\^"')
_OF_POWERSHELL = re.compile(r"\b(?:Invoke-RestMethod|Invoke-WebRequest)\b", re.IGNORECASE)
_LARGEST = 1 << 22  # characters of one command


def requests_of_shell(lines: Lines, values: dict[str, str] | None = None) -> Iterator[ReadRequest]:
    """The requests of every curl command; ``values`` are the variables that are set so far, which it adds to."""
    values = {} if values is None else values
    for line in lines:
        if line.text.lstrip().startswith(_COMMENTED):
            continue
        if _OF_POWERSHELL.search(line.text):
            yield not_read(as_text([line]))
        assigned, called = _ASSIGNED.match(line.text), _CURL.search(line.text)
        if assigned is not None and called is None and len(line.text) < _LARGEST:
            _remember(assigned, line, values)
        elif called is not None:
            command, rest = _whole(line, called.start(), lines, values)
            yield from _requests(command)
            lines.put_back(rest)


def _remember(assigned: re.Match[str], line: Line, values: dict[str, str]) -> None:
    command = command_at(as_text([line]), assigned.end(), values)
    if command is not None and command.words:
        value = command.words[0].value
        values.pop(assigned[1], None)
        if "$" not in value:
            values[assigned[1]] = value


def _whole(line: Line, start: int, lines: Lines, values: dict[str, str]) -> tuple[Command, Sequence[Line]]:
    """The command that starts in ``line``, and the lines behind it that were read."""
    is_of_cmd = _OF_CMD.match(line.text, start) is not None
    goes_on = _continued if not is_of_cmd and _CONTINUED.search(line.text) else Line
    read, wanted = [goes_on(*line)], 8
    while True:
        for _ in range(wanted):
            following = next(lines, None)
            if following is None:
                break
            read.append(goes_on(*following))
        text = as_text(read)
        command = cmd_words.command_at(text, start) if is_of_cmd else command_at(text, start, values)
        if command is not None and (command.end < len(text.value) or following is None):
            used = min(text.value.count("\n", 0, command.end) + 1, len(read))
            rest = text.value[command.end :].partition("\n")
            return command, [_cut(read[used - 1], rest[0] + rest[1]), *read[used:]]
        if following is None or len(text.value) > _LARGEST:
            raise Unreadable(f"line {line.number}: this curl command has no end; a quotation mark isn't closed")
        wanted *= 2


def _continued(number: int, text: str) -> Line:
    """As a shell has it."""
    return Line(number, _CONTINUED.sub(r"\\", text))


def _cut(line: Line, rest: str) -> Line:
    """The rest of a line, at the columns that it has."""
    return Line(line.number, " " * (len(line.text) - len(rest)) + rest)


# Options (curl's manual page)


_METHOD = ("-X", "--request")
_HEADER = ("-H", "--header")
_DATA = ("-d", "--data", "--data-ascii", "--data-binary", "--data-raw", "--data-urlencode", "--json")
_FORM = ("-F", "--form", "--form-string")
_OTHERS = {
    *("-A", "--user-agent", "-b", "--cookie", "-c", "--cookie-jar", "-C", "--continue-at", "-D", "--dump-header"),
    *("-e", "--referer", "-E", "--cert", "-K", "--config", "-m", "--max-time", "-o", "--output", "-P", "--ftp-port"),
    *("-Q", "--quote", "-r", "--range", "-t", "--telnet-option", "-w", "--write-out", "-x", "--proxy", "-y", "-Y"),
    *("-z", "--time-cond", "--cacert", "--capath", "--cert-type", "--ciphers", "--connect-timeout", "--connect-to"),
    *("--interface", "--key", "--key-type", "--limit-rate", "--max-filesize", "--max-redirs", "--noproxy", "--pass"),
    *("--proxy-header", "--proxy-user", "-U", "--resolve", "--retry", "--retry-delay", "--retry-max-time", "--stderr"),
    *("--socks5", "--socks5-hostname", "--tls-max", "--trace", "--trace-ascii", "--unix-socket", "--aws-sigv4"),
    *("--oauth2-bearer", "-u", "--user", "-T", "--upload-file", "--url", "--url-query", "--output-dir", "--variable"),
}
"""Those with an argument that neither method, headers nor data come from, or that is looked at by name."""
_WITH_ARGUMENT = {*_METHOD, *_HEADER, *_DATA, *_FORM, *_OTHERS}


def _requests(command: Command) -> Iterator[ReadRequest]:
    options: list[tuple[str, Text]] = []
    for name, value in _options(command.words[1:]):
        if name in ("--next", "-:"):
            yield from _of(options, command)
            options = []
        else:
            options.append((name, value))
    yield from _of(options, command)


def _options(words: Sequence[Text]) -> Iterator[tuple[str, Text]]:
    """Each option by its name with its argument, or itself where it takes none; a URL is one of ``--url``."""
    rest = iter(words)
    for word in rest:
        value = word.value
        if value.startswith("--") and len(value) > 2:
            name, equals, _ = value.partition("=")
            if name in _WITH_ARGUMENT:
                yield name, word.part(len(name) + 1, len(value)) if equals else next(rest, word.part(0, 0))
            else:
                yield name, word
        elif value.startswith("-") and len(value) > 1:
            yield from _short(word, rest)
        else:
            yield "--url", word


def _short(word: Text, rest: Iterator[Text]) -> Iterator[tuple[str, Text]]:
    """Several short options in one word; the argument of the last may stand there too."""
    for at in range(1, len(word.value)):
        name = f"-{word.value[at]}"
        if name in _WITH_ARGUMENT:
            behind = word.part(at + 1, len(word.value))
            yield name, behind if behind.value else next(rest, behind)
            return
        yield name, word


def _of(options: Sequence[tuple[str, Text]], command: Command) -> Iterator[ReadRequest]:
    names = {name for name, _ in options}
    urls = [value for name, value in options if name == "--url"]
    headers = [*_headers(options)]
    data = [(name, value) for name, value in options if name in _DATA]
    body, is_known = _joined_data(data, command)
    if names & {*_FORM, "-T", "--upload-file"}:
        body, is_known = None, False
    sent = {name.value.lower() for name, _ in headers}
    if data and "content-type" not in sent and not names & {"-G", "--get"}:
        kind = "application/json" if any(name == "--json" for name, _ in data) else "application/x-www-form-urlencoded"
        headers.append((made_up("Content-Type", data[0][1]), made_up(kind, data[0][1])))
    left_out = [url for url in urls if url.value and not url.value.strip(".…")]
    for url in left_out[:1] or urls:  # a command of which "..." stands for the rest can't be judged
        method = next((value for name, value in reversed(options) if name in _METHOD), None)
        if names & {"-G", "--get"}:
            yield ReadRequest(method or made_up("GET", url), _with_query(url, body), headers)
        else:
            usual = "HEAD" if names & {"-I", "--head"} else "POST" if data or names & {*_FORM} else "GET"
            yield ReadRequest(method or made_up(usual, url), url, headers, body, is_known)


def _headers(options: Sequence[tuple[str, Text]]) -> Iterator[Header]:
    for name, value in options:
        if name in _HEADER and ":" in value.value:
            at = value.value.index(":")
            yield value.part(0, at), value.part(at + 1, len(value.value)).stripped()
        elif name in ("-u", "--user"):
            yield made_up("Authorization", value), made_up("Basic {LOGIN}", value)
        elif name == "--oauth2-bearer":
            yield made_up("Authorization", value), made_up(f"Bearer {value.value}", value)


def _joined_data(data: Sequence[tuple[str, Text]], command: Command) -> tuple[Text | None, bool]:
    """The body, and whether it stands here: that of another file isn't looked for."""
    parts: list[Text] = []
    for name, value in data:
        if value.value.startswith("@") and name != "--data-raw":
            if value.value != "@-" or command.given is None:
                return None, False
            parts.append(command.given)
        elif name == "--data-urlencode":
            key, equals, content = value.value.rpartition("=")
            parts.append(made_up(f"{key}{equals}{quote_plus(content, safe='{}$')}", value))
        else:
            parts.append(value)
    if len(parts) <= 1:
        return (parts[0] if parts else None), True
    if any(name == "--json" for name, _ in data):
        return joined(parts, parts[0]), True
    return made_up("&".join(part.value for part in parts), parts[0]), True


def _with_query(url: Text, query: Text | None) -> Text:
    if query is None:
        return url
    mark = "&" if "?" in url.value else "?"
    return url.replaced(_END, lambda _: f"{mark}{query.value}")


_END = re.compile(r"\Z")
