"""The values that the service makes up: ids, etags, tokens and request ids."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import string
import uuid
from collections.abc import Mapping
from functools import lru_cache
from operator import itemgetter
from random import Random
from typing import Any

from mockserver.memory.clock import Clock

__all__ = ["Stamps", "inlet_id", "owner_of_inlet", "provider_ref_id", "sandbox_id"]

_LETTERS = string.ascii_letters + string.digits
_JWT = {"alg": "RS256", "kid": "mock", "itt": "at"}
_CROCKFORD = string.digits + "ABCDEFGHJKMNPQRSTVWXYZ"  # the letters of a ULID
_ANY, _VERSION_4 = 0xFFFFFFFF_FFFF_0FFF_3FFF_FFFFFFFFFFFF, 0x00000000_0000_4000_8000_000000000000  # bits of a UUID
_GROUPS = itemgetter(slice(8), slice(8, 12), slice(12, 16), slice(16, 20), slice(20, None))  # of its digits


def sandbox_id(org_id: str, name: str) -> str:
    """The id of an organisation's sandbox, which follows from their names."""
    return _remembered(org_id, name) if len(org_id) + len(name) <= _USUAL else _sandbox_id(org_id, name)


def _sandbox_id(org_id: str, name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{org_id}/{name}"))


_USUAL = 300  # characters of names that are remembered
_remembered = lru_cache(maxsize=256)(_sandbox_id)


def inlet_id(id: str) -> str:
    """The streaming inlet of a connection or flow: 64 hex digits, which follow from its id and lead back to it."""
    digest = hashlib.sha256(f"inlet/{id}".encode()).hexdigest()[:32]
    return f"{digest}{int(digest, 16) ^ uuid.UUID(id).int:032x}"


def owner_of_inlet(inlet: str) -> str | None:
    """The id of the connection or flow whose inlet that is; ``None`` if it can be nobody's."""
    if not re.fullmatch("[0-9a-f]{64}", inlet):
        return None
    id = str(uuid.UUID(int=int(inlet[:32], 16) ^ int(inlet[32:], 16)))
    return id if inlet_id(id) == inlet else None


@lru_cache(maxsize=256)
def provider_ref_id(id: str) -> str:
    """What the provider calls the resource of that id, which follows from it."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"provider/{id}"))


class Stamps:
    """Made from the mock's clock and one random generator; the same for the same ``seed``."""

    def __init__(self, clock: Clock, seed: int | None = None) -> None:
        self.clock = clock
        self._seed = seed
        self._random = Random(seed)  # noqa: S311 -- ids of a mock, not keys

    def reset(self) -> None:
        """Begin anew where there is a seed; without one nothing that was made up comes again."""
        if self._seed is not None:
            self._random.seed(self._seed)

    def state(self) -> Any:
        """What `restore` takes; nothing where there is no seed."""
        return None if self._seed is None else self._random.getstate()

    def restore(self, state: Any) -> None:
        if state is not None:
            self._random.setstate(state)

    def reseed(self, seed: str) -> None:
        """Make up from now on what follows from ``seed``."""
        self._random.seed(seed)

    def id(self) -> str:
        """A random UUID (version 4 of RFC 9562), written without the standard library's class: a fifth of the time."""
        text = (self._random.getrandbits(128) & _ANY | _VERSION_4).to_bytes(16).hex()  # a format takes longer
        return "-".join(_GROUPS(text))

    def etag(self, at: int) -> str:
        """``"8hex-0000-0200-0000-12hex"`` with its double quotes.

        The last group begins with the epoch seconds of the write (inferred from the
        etags and times that flow-service.yaml prints side by side).
        """
        random, seconds = self._random.getrandbits(32), at // 1000 & 0xFFFFFFFF
        return '"%08x-0000-0200-0000-%08x0000"' % (random, seconds)  # noqa: UP031 -- a format takes longer

    def batch_id(self, at: int) -> str:
        """A batch of ingested data: a ULID, the time (ms) and 80 random bits."""
        number = at % 2**48 << 80 | self._random.getrandbits(80)
        return "".join(_CROCKFORD[number >> 5 * place & 31] for place in reversed(range(26)))

    def token(self, claims: Mapping[str, Any]) -> str:
        """An access token: a JWT of these claims whose signature is plainly not a real one."""
        parts = (json.dumps(each, separators=(",", ":")).encode() for each in (_JWT, claims))
        head, body = (base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
        return f"{head}.{body}.mock-ims-token-" + "".join(self._random.choices(_LETTERS, k=64))

    def hex(self, digits: int) -> str:
        """So many hexadecimal digits."""
        return f"{self._random.getrandbits(4 * digits):0{digits}x}"

    def request_id(self) -> str:
        return "".join(self._random.choices(_LETTERS, k=32))

    def zoho_token(self) -> str:
        """An access, refresh or grant token of Zoho's: ``1000.`` and twice 32 hex digits."""
        return f"1000.{self._random.getrandbits(128):032x}.{self._random.getrandbits(128):032x}"
