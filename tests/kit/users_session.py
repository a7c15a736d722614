"""A session of pytest as a user of the plugin has it, with a client to be tested."""

from __future__ import annotations

import textwrap

import pytest

CLIENT = textwrap.dedent(
    """
    import requests

    def create(base, headers, params, name="acme"):
        body = {
            "name": name,
            "connectionSpec": {"id": "929e4450-0237-4ed2-9404-b7e1e0a00309", "version": "1.0"},
            "auth": {"specName": "Basic Authentication", "params": params},
        }
        return requests.post(base + "/connections", headers=headers, json=body, timeout=10)
    """
)


def run(session: pytest.Pytester, code: str, *options: str, apart: bool = False) -> pytest.RunResult:
    """In this process; ``apart`` in one of its own, where it matters what is imported, and when."""
    session.makepyfile(test_it=textwrap.dedent(code))
    given = ("-p", "no:cacheprovider", *options)
    return session.runpytest_subprocess(*given) if apart else session.runpytest_inprocess(*given)
