"""The pytest plugin of flowservice-kit.

Only the standard library and pytest are imported here: a session that uses none of the fixtures pays
nothing and can't be broken by a module of its own called ``contracts`` or ``mockserver``. Pytest rewrites the
assertions of a plugin's whole distribution, but not these (PYTEST_DONT_REWRITE), nor those of what is found here.
"""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contracts.battery.calls import Connection as Connection
    from contracts.battery.platform import Platform as Platform
    from contracts.sources.regions import Region as Region
    from mockserver.exchange.journal import JournalRow as JournalRow
    from mockserver.platform import FlowService as FlowService


class _KitFinder:
    """Finds the kit's own modules before pytest does, which would rewrite the assertions of a whole distribution.

    That takes a third of a second, in every session where Python writes no bytecode. What else has the name of one of
    the kit's packages is left to pytest.
    """

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        package = name.partition(".")[0]
        if package not in ("contracts", "mockserver", __name__):
            return None
        spec = PathFinder.find_spec(name, path, target)
        is_ours = spec is not None and spec.origin and _ROOT / package in Path(spec.origin).parents
        return spec if is_ours else None


_ROOT = Path(__file__).parent.parent

if _KitFinder not in sys.meta_path:
    sys.meta_path.insert(0, _KitFinder)

from pytest_flowservice.hooks import *  # noqa: E402, F403
from pytest_flowservice.own import kit as _kit  # noqa: E402

_TYPES = {
    "Connection": "contracts.battery.calls",
    "FlowService": "mockserver.platform",
    "JournalRow": "mockserver.exchange.journal",
    "Platform": "contracts.battery.platform",
    "Region": "contracts.sources.regions",
}
"""What a test names in its annotations, and where that is found when it is asked for."""


def __getattr__(name: str) -> Any:
    if name not in _TYPES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(_kit(_TYPES[name]), name)
