"""``python -m mockserver``, the same as the command ``mockserver``."""

from __future__ import annotations

import io
import signal
import sys

__all__ = ["main"]


def main() -> None:
    is_usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_usual:  # Ctrl-C while modules are imported ends the command without a traceback
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from mockserver.cli import cli

    if is_usual:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may know fewer characters than a name has
    cli.main(prog_name="mockserver")


if __name__ == "__main__":
    main()
