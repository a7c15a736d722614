"""What a store holds is encrypted: AES-256-GCM, with a key that lies elsewhere."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from mockserver.stored.address import Address
from mockserver.stored.problem import StoreProblem

__all__ = ["KEY_VARIABLE", "Vault", "key_for"]

KEY_VARIABLE = "MOCKSERVER_STORE_KEY"
_SHORTEST = 32  # characters of a key
_NONCE = 12  # bytes


class Vault:
    """Seals and opens values; ``fingerprint`` tells whose key it is without telling the key."""

    def __init__(self, key: str) -> None:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._cipher = AESGCM(_derived(key, "values"))
        self._names = _derived(key, "names")
        self._broken = InvalidTag
        self.fingerprint = _derived(key, "fingerprint").hex()[:16]

    def name(self, kind: str, key: bytes) -> str:
        """What an entry is called in the store: the same for the same key, which it doesn't tell."""
        return hashlib.blake2b(kind.encode() + b"\0" + key, key=self._names, digest_size=20).hexdigest()

    def seal(self, value: bytes, place: str) -> bytes:
        """``value``, readable only at its ``place``."""
        (sealed,) = self.seal_all([(value, place)])
        return sealed

    def seal_all(self, values: Sequence[tuple[bytes, str]]) -> list[bytes]:
        """Each readable only at its place. Random bytes for all at once: the asking is what takes time."""
        random = os.urandom(_NONCE * len(values))
        nonces = [random[start : start + _NONCE] for start in range(0, len(random), _NONCE)]
        encrypt = self._cipher.encrypt
        return [n + encrypt(n, value, place.encode()) for n, (value, place) in zip(nonces, values, strict=True)]

    def open(self, sealed: bytes, place: str) -> bytes:
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode())
        except self._broken:
            raise ValueError("a value in the store was changed, or sealed with another key") from None


def _derived(key: str, purpose: str) -> bytes:
    """One key for each purpose; keys are long enough to need no salt."""
    return hmac.digest(hashlib.sha256(key.encode()).digest(), f"flowservice-kit {purpose}".encode(), "sha256")


def key_for(address: Address, is_in_use: bool) -> str:
    """The key from the environment or from a file; `StoreProblem` where there is none.

    The file is made on first use, but not for a store that another key *is in use* for.
    """
    given = os.environ.get(KEY_VARIABLE)
    if given is not None:
        return _checked(given, KEY_VARIABLE)
    file = _key_file(address)
    if is_in_use and not file.exists():
        words = f"{address.shown} is encrypted, and its key {file} isn't there; put it back, or give {KEY_VARIABLE}"
        raise StoreProblem(words)
    try:
        return _checked(_key_in(file), str(file))
    except (OSError, UnicodeError) as problem:
        words = f"the store's key {file} can't be read or made: {problem}; or give one in {KEY_VARIABLE}"
        raise StoreProblem(words) from None


def _checked(key: str, place: str) -> str:
    key = key.strip()
    if len(key) < _SHORTEST:
        made = "`openssl rand -base64 32` makes one"
        raise StoreProblem(f"{place}: a store's key has {_SHORTEST} characters or more; {made}")
    return key


def _key_file(address: Address) -> Path:
    """Beside SQLite's file; for PostgreSQL among what the user's programs keep."""
    if address.file is not None:
        return address.file.with_name(f"{address.file.name}.key")
    if sys.platform == "win32":
        state = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    (state / "flowservice-kit").mkdir(mode=0o700, parents=True, exist_ok=True)
    return state / "flowservice-kit" / "store.key"


def _key_in(file: Path) -> str:
    """The file's key. A new one appears whole: of two processes that make it one wins, and both read the same."""
    if not file.exists():
        mine = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as writing:
            writing.write(secrets.token_urlsafe(32) + "\n")
        with suppress(FileExistsError):
            os.link(mine, file)
        mine.unlink()
    return file.read_text("utf-8")
