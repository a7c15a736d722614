"""The options of a server that say how much, and for how long, it takes from whoever connects."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click

from mockserver.cli.options import Whole
from mockserver.http.limits import Limits

__all__ = ["limits_options"]

_BYTES, _SECONDS = Whole(1024, 1024**3), click.FloatRange(0, min_open=True)
_OPTIONS = {
    "max_body": (_BYTES, "The largest body that is read, in bytes."),
    "max_head": (_BYTES, "The largest request line and headers that are read, in bytes."),
    "head_timeout": (_SECONDS, "Seconds in which a request's line and headers must arrive."),
    "body_timeout": (_SECONDS, "Seconds in which a body must arrive, or an answer be taken."),
    "keep_alive": (_SECONDS, "Seconds for which a connection may be idle between two calls."),
    "max_connections": (Whole(1), "How many connections may be open at once."),
}


def limits_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """An option for each field of `Limits`; the command gets them as one parameter, ``limits``."""

    @functools.wraps(command)
    def limited(**given: Any) -> Any:
        limits = Limits(**{name: given.pop(name) for name in _OPTIONS})
        return command(limits=limits, **given)

    for name, (values, text) in reversed(_OPTIONS.items()):
        limited = click.option(
            f"--{name.replace('_', '-')}",
            type=values,
            default=getattr(Limits(), name),
            show_default=True,
            envvar=f"MOCKSERVER_{name.upper()}",
            help=text,
        )(limited)
    return limited
