"""``python -m mockserver``, the same as the command ``mockserver``."""

from __future__ import annotations

import io
import sys

__all__ = ["main"]


def main() -> None:
    from mockserver.cli import cli

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may know fewer characters than a name has
    cli.main(prog_name="mockserver")


if __name__ == "__main__":
    main()
