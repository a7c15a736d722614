"""The pages about the command line and the environment variables."""

from __future__ import annotations

from collections.abc import Iterator
from pkgutil import resolve_name

import click

from mockserver.control.docs.markdown import code, page, slug, table

__all__ = ["commands", "environment"]

_COMMAND = "mockserver.cli:cli"
"""Found by its name, as a shell finds it: the pages stand below the command, which nothing else here may need."""

_OTHERS = {
    "FORCE_COLOR": "colours, also where no terminal reads",
    "MOCKSERVER_ORIGIN": "set by `mockserver run` for its command: where the mock is, in the clear",
    "MOCKSERVER_STORE_KEY": "the key of a [store](deployment.md#encryption), 32 characters or more",
    "MOCKSERVER_VERIFY_API_KEY": "`verify`: the `x-api-key` that the service is asked with",
    "MOCKSERVER_VERIFY_ORG_ID": "`verify`: the organisation",
    "MOCKSERVER_VERIFY_SANDBOX": "`verify`: the sandbox",
    "MOCKSERVER_VERIFY_TOKEN": "`verify`: the access token",
    "NO_COLOR": "no colours",
    "SOURCE_DATE_EPOCH": "the time that a contract report names, so that it is the same byte for byte",
}
"""What is read, or set, without an option."""


def commands() -> str:
    return page(
        "Command line",
        "`mockserver COMMAND`, the same as `python -m mockserver COMMAND`. Exit codes: 0 good, 1 findings, 2 wrong "
        "use, 3 the address couldn't be bound. Options beat [environment variables](environment.md).",
        _lines(),
    )


def environment() -> str:
    variables = {**_of_options(), **_OTHERS}
    return page(
        "Environment variables",
        "An option of the command line beats its variable. The values of a repeatable option stand in one variable, "
        "with spaces between them; files with a colon, on Windows with a semicolon.",
        ["", *table(("variable", "is"), [(f"`{name}`", what) for name, what in sorted(variables.items())])],
    )


def _commands() -> Iterator[tuple[str, click.Context]]:
    """Each with its name; those of a group, as ``export har``, behind the group."""
    group = resolve_name(_COMMAND)
    yield from _below("", click.Context(group, **group.context_settings))


def _below(path: str, context: click.Context) -> Iterator[tuple[str, click.Context]]:
    """A command remembers how its help is asked for, so each is looked at below its group, as when it runs."""
    if not isinstance(context.command, click.Group):
        return
    for word in context.command.list_commands(context):
        command = context.command.get_command(context, word)
        assert command is not None
        name = f"{path} {word}".strip()
        below = click.Context(command, parent=context)
        yield name, below
        yield from _below(name, below)


def _of_options() -> dict[str, str]:
    found: dict[tuple[str, str], list[str]] = {}
    for name, context in _commands():
        for each in _options(context.command):
            if each.envvar:
                found.setdefault((str(each.envvar), each.opts[-1]), []).append(
                    f"[{name}](command-line.md#{slug(name)})"
                )
    return {variable: f"`{option}` of {', '.join(commands)}" for (variable, option), commands in found.items()}


def _lines() -> Iterator[str]:
    for name, context in _commands():
        command = context.command
        usage = " ".join([f"mockserver {name}", *command.collect_usage_pieces(context)])
        yield from ("", f"## {name}", "", f"`{usage}`", "", _text(_unwrapped(command.help or "")))
        rows = [_option(each) for each in _options(command)]
        if rows:
            yield from ("", *table(("option", "is", "default"), rows))


def _options(command: click.Command) -> list[click.Option]:
    return [each for each in command.params if isinstance(each, click.Option) and not each.hidden]


def _unwrapped(text: str) -> str:
    """Its paragraphs, each on one line."""
    return "\n\n".join(" ".join(part.split()) for part in text.strip().split("\n\n"))


def _option(option: click.Option) -> tuple[str, str, str]:
    default = f"`{option.default}`" if option.show_default and option.default is not None else ""
    names = [*option.opts[:-1], f"{option.opts[-1]} {_value(option)}".strip()]
    return code(names), _text(option.help or ""), default


def _value(option: click.Option) -> str:
    if option.is_flag:
        return ""
    if isinstance(option.type, click.Choice):
        return "|".join(map(str, option.type.choices))
    return option.metavar or ("N" if option.type.name in _NUMBERS else option.type.name.upper())


_NUMBERS = ("integer", "integer range", "float range")


def _text(text: str) -> str:
    return text.replace("<", "&lt;")
