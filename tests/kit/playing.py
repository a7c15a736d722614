"""A client's tests against the client contract, in a session of their own."""

from __future__ import annotations

import importlib
import textwrap

import httpcore  # noqa: F401 -- httpx imports it late; a session inside of this one would take its own away again
import pytest

from contracts import ClientContract
from tests.kit.clients.tokens import NEEDED_BY_STYLE, TOKEN_STYLES
from tests.kit.depth import examples
from tests.kit.paths import ROOT

HEAD = f"""
import sys
sys.path.append({str(ROOT)!r})
from contracts import ClientContract
from tests.kit.clients import acme, mutants, styles, tokens
from tests.kit.clients.acme import AcmeError


class Whole(ClientContract):
    errors = AcmeError
    client = acme.Acme
    max_examples = {examples(ClientContract.max_examples)}

    def create_connection(self, platform, connection):
        return self.client(platform).create(connection)

    def get_connection(self, platform, id):
        return self.client(platform).get(id)

    def list_connections(self, platform):
        return self.client(platform).list()

    def update_connection(self, platform, id, etag, operations):
        return self.client(platform).update(id, etag, operations)

    def delete_connection(self, platform, id):
        return self.client(platform).delete(id)

    def check_connection(self, platform, id):
        return self.client(platform).check(id)
"""


CORRECT = {
    "requests, whole": "class TestIt(Whole): pass",
    "requests, its own errors": """
        class TestIt(ClientContract):
            def create_connection(self, platform, connection):
                return styles.BareErrors(platform).create(connection)
    """,
    "requests, looks names up": """
        class TestIt(ClientContract):
            errors = AcmeError
            def create_connection(self, platform, connection):
                return styles.LookingClient(platform).create(connection)
            def list_connections(self, platform):
                return styles.LookingClient(platform).list()
    """,
    "httpx": """
        class TestIt(ClientContract):
            errors = AcmeError
            def create_connection(self, platform, connection):
                return styles.HttpxClient(platform).create(connection)
            def get_connection(self, platform, id):
                return styles.HttpxClient(platform).get(id)
            def list_connections(self, platform):
                return styles.HttpxClient(platform).list()
            def update_connection(self, platform, id, etag, operations):
                return styles.HttpxClient(platform).update(id, etag, operations)
    """,
    "httpx, async": """
        class TestIt(ClientContract):
            errors = AcmeError
            async def create_connection(self, platform, connection):
                return await styles.AsyncClient(platform).create(connection)
            def list_connections(self, platform):
                return styles.AsyncClient(platform).list()
    """,
    "aiohttp": """
        class TestIt(ClientContract):
            errors = AcmeError
            async def create_connection(self, platform, connection):
                return await styles.AiohttpClient(platform).create(connection)
            async def check_connection(self, platform, id):
                return await styles.AiohttpClient(platform).check(id)
    """,
    "urllib": """
        class TestIt(ClientContract):
            errors = AcmeError
            def create_connection(self, platform, connection):
                return styles.UrllibClient(platform).create(connection)
    """,
    "http.client, waits after 429": """
        class TestIt(ClientContract):
            errors = AcmeError
            def create_connection(self, platform, connection):
                return styles.HttpClientClient(platform).create(connection)
    """,
    "requests, patient": "class TestIt(Whole): client = styles.PatientClient",
    "requests, looks names up and sends again": "class TestIt(Whole): client = styles.StubbornClient",
    "session": """
        class TestIt(Whole):
            def create_connection(self, platform, connection):
                made = self.client(platform).create(connection)
                return styles.Receipt(made["id"], made["etag"])
    """,
    **TOKEN_STYLES,
}


def import_needed(style: str) -> None:
    """Skip a style whose library isn't there; imported here, since a session inside would import it a second time."""
    name = NEEDED_BY_STYLE.get(style)
    if name is not None:
        pytest.importorskip(name, reason=f"pip install 'flowservice-kit[{name}]'")
        importlib.import_module(f"{name}.flowservice")


def play(pytester: pytest.Pytester, code: str, *options: str, apart: bool = False) -> pytest.RunResult:
    """In this process; ``apart`` in one of its own, for what starts workers or changes the kit."""
    pytester.makepyfile(test_client=HEAD + textwrap.dedent(code))
    given = ("-p", "no:cacheprovider", "-p", "no:randomly", *options)
    return pytester.runpytest_subprocess(*given) if apart else pytester.runpytest_inprocess(*given)
