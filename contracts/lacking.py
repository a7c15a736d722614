"""What stands in the place of a class whose packages aren't installed."""

from __future__ import annotations

from typing import Any, NoReturn

__all__ = ["lacking"]


def lacking(name: str, package: str | None, install: str) -> type:
    """A class that says what to install when it is used or subclassed, so that ``help`` and ``import *`` do without."""

    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise ImportError(f"{name} needs {package}: pip install {install}", name=package)

    methods = {"__init__": refuse, "__init_subclass__": classmethod(refuse)}
    return type(name, (), {"__doc__": f"Needs pip install {install}.", **methods})
