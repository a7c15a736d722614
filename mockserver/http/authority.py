"""A certificate authority of one run's own: its key stays in memory, and no system ever learns to trust it."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from types import ModuleType
from warnings import catch_warnings, simplefilter

__all__ = ["Authority", "AuthorityProblem", "trust_store"]

_REMEMBERED = 256  # contexts: names that clients ask for are few, unless they make them up


class AuthorityProblem(Exception):
    """There can be no TLS; the text is for users."""


class Authority:
    """Issues a certificate for any name.

    ``pems`` are the certificate and the key of one that exists, as `pems` gives them: so that several processes are one
    authority. `AuthorityProblem` where the extra ``run`` isn't installed.
    """

    def __init__(self, pems: tuple[bytes, bytes] | None = None) -> None:
        trustme = _trustme()
        self._ca = trustme.CA.from_pem(*pems) if pems else trustme.CA(organization_name="mockserver, for this run only")
        self.context = lru_cache(maxsize=_REMEMBERED)(self._context)

    @property
    def pem(self) -> bytes:
        """The certificate that a client has to trust, as PEM."""
        pem: bytes = self._ca.cert_pem.bytes()
        return pem

    @property
    def pems(self) -> tuple[bytes, bytes]:
        """Certificate and key."""
        return self.pem, self._ca.private_key_pem.bytes()

    def _context(self, *names: str) -> ssl.SSLContext:
        """What a server of these names and addresses speaks TLS with, HTTP/1.1 alone.

        `ValueError` for what is no name.
        """
        issued = self._ca.issue_cert(*names)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.options |= ssl.OP_NO_RENEGOTIATION
        context.set_alpn_protocols(["http/1.1"])
        issued.configure_cert(context)
        return context


def _trustme() -> ModuleType:
    try:
        import trustme
    except ModuleNotFoundError as problem:
        text = "TLS needs packages that aren't installed: pip install 'flowservice-kit[run]'"
        raise AuthorityProblem(f"{text} ({problem.name} is missing)") from None
    return trustme


def trust_store(pems: Iterable[bytes], password: str) -> bytes:
    """A PKCS12 file that Java takes for a trust store, with every certificate that can be read."""
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import PrivateFormat, pkcs12

    builder = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(_ROUNDS).hmac_hash(SHA256())
    encryption = builder.key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC).build(password.encode())
    found = []
    with catch_warnings():
        simplefilter("ignore")  # of what a system may hold that no library of tomorrow takes
        for number, pem in enumerate(pems):
            with suppress(ValueError):
                certificate = x509.load_pem_x509_certificate(pem)
                found.append(pkcs12.PKCS12Certificate(certificate, b"root-%d" % number))
    return pkcs12.serialize_java_truststore(found, encryption)


_ROUNDS = 1000  # nothing in it is secret
