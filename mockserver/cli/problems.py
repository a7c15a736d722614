"""How a command says what is wrong, and how it ends where nobody reads on: one line on stderr for each problem."""

from __future__ import annotations

import errno
import os
import signal
from contextlib import suppress
from typing import Any, NoReturn

import click
from click.core import ParameterSource

__all__ = [
    "NO_ROOM",
    "Suggesting",
    "WrongUse",
    "by_environment",
    "cant_bind",
    "cant_use",
    "end_as_interrupted",
    "end_as_pipes_do",
    "end_without_room",
    "no_answer",
    "only_where",
    "origin_of",
    "tell",
]


_ASKS_FOR_HELP: Any = getattr(click.exceptions, "NoArgsIsHelpError", ())
"""A group without a command; since click 8.2."""


class WrongUse(click.ClickException):
    """What was asked for can't be done as it was asked."""

    exit_code = 2


class Suggesting(click.Group):
    """A group that names the command that is nearest to one that isn't there; click does it by itself since 8.4."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        from contracts.reading.spelling import nearest

        name, names = args[0], self.list_commands(ctx)
        if name not in names and not name.startswith("-"):
            near = nearest(name, names)
            ctx.fail(f"No such command {name!r}." + (f" Did you mean {near!r}?" if near else ""))
        return super().resolve_command(ctx, args)


def cant_use(problem: Exception | str) -> NoReturn:
    """One line, and wrong use."""
    raise WrongUse(str(problem)) from None


class _CantBind(click.ClickException):
    exit_code = 3


def cant_bind(host: str, port: int, problem: OSError, option: str = "--port") -> NoReturn:
    """One line, and the exit code for an address that can't be had."""
    reason = problem.strerror or str(problem)
    hint = f"; {option} 0 picks a free port" if problem.errno == errno.EADDRINUSE else ""
    raise _CantBind(f"can't listen on {host}:{port}: {reason}{hint}") from None


def by_environment(parameter: str) -> bool:
    """Whether the running command has ``parameter`` from a variable of the environment."""
    return click.get_current_context().get_parameter_source(parameter) is ParameterSource.ENVIRONMENT


def origin_of(url: str) -> str:
    """The address of a server as somebody types it, without a slash at its end; a host and port alone are HTTP's."""
    whole = url if "://" in url else f"http://{url}"
    scheme, _, rest = whole.partition("://")
    if scheme.lower() not in ("http", "https") or not rest.strip("/"):
        raise WrongUse(f"{url!r} is no address of a server; http://127.0.0.1:8080 is one")
    return whole.rstrip("/")


def no_answer(url: str, problem: Exception) -> NoReturn:
    """What is told where a server can't be asked; ``problem`` is one of requests'."""
    name = type(problem).__name__
    why = {"ConnectionError": "nothing listens there", "ConnectTimeout": "it takes too long", "InvalidURL": "no URL"}
    raise WrongUse(f"no answer of {url}: {why.get(name, name)}") from None


def only_where(applies: bool, parameter: str, what: str) -> None:
    """Wrong use where ``parameter`` was typed, though it ``applies`` not: an option that nobody heeds misleads."""
    if not applies and click.get_current_context().get_parameter_source(parameter) is ParameterSource.COMMANDLINE:
        raise WrongUse(f"--{parameter} is for {what}")


def tell(problem: click.ClickException) -> None:
    """The line; click's own words begin and end as sentences, ours don't."""
    if isinstance(problem, _ASKS_FOR_HELP):
        problem.show()
        return
    if isinstance(problem, click.BadParameter):
        _name_the_variable(problem)
    text = problem.format_message()
    if text[:1].isupper() and text[1:2].islower():
        text = text[0].lower() + text[1:]
    where = problem.ctx.command_path if isinstance(problem, click.UsageError) and problem.ctx is not None else ""
    text = text.removesuffix(".") + (f" (see {where} --help)" if where else "")
    from mockserver.cli.columns import width_here, wrapped  # a server that starts needs it not

    click.echo(wrapped(f"mockserver: {text}", width_here(of_errors=True), indent=2), err=True)


def _name_the_variable(problem: click.BadParameter) -> None:
    """Where a value comes from the environment, its user has typed no option."""
    if problem.ctx is None or problem.param is None or problem.param.name is None:
        return
    if problem.ctx.get_parameter_source(problem.param.name) is ParameterSource.ENVIRONMENT:
        problem.param_hint = str(problem.param.envvar)


def end_as_pipes_do() -> NoReturn:
    """``mockserver demo | head`` is no finding: end as other commands do when nobody reads on."""
    if hasattr(signal, "SIGPIPE"):
        _die_of(signal.SIGPIPE)
    os._exit(1)


NO_ROOM = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))
"""What a full disk and a used-up quota are called."""


def end_without_room(problem: OSError) -> NoReturn:
    """``mockserver rules > FILE`` on a full disk; what wasn't written isn't tried again."""
    with suppress(OSError):
        click.echo(f"mockserver: the output can't be written: {problem.strerror}", err=True)
    os._exit(2)


def end_as_interrupted() -> NoReturn:
    """Of Ctrl-C, so that a shell's loop around the command ends too."""
    _die_of(signal.SIGINT)
    raise SystemExit(130)


def _die_of(number: signal.Signals) -> None:
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
