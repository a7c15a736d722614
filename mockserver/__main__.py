"""``python -m mockserver``, the same as the command ``mockserver``."""

from __future__ import annotations

__all__ = ["main"]


def main() -> None:
    from mockserver.cli import cli

    cli.main(prog_name="mockserver")


if __name__ == "__main__":
    main()
