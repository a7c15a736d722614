"""Where the project and the tests' data are."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"


def copied(to: Path) -> Path:
    """A copy of the project without what was built or installed in it."""
    kept = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", ".hypothesis")
    return shutil.copytree(ROOT, to, ignore=kept)
