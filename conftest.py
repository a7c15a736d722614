"""Settings of the project's own tests; what users get is `pytest_flowservice`."""

from __future__ import annotations

pytest_plugins = ["pytester"]
