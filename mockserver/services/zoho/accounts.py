"""What Zoho's accounts servers know: clients, grant codes and tokens, all on the mock's clock."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from typing import Any, Literal, NamedTuple

from contracts.judging.violations import Violation, shown
from contracts.services.zoho.rules import violation
from contracts.sources.regions import Region, zoho_regions
from mockserver.exchange.refusal import Refused
from mockserver.memory.identifiers import Stamps
from mockserver.memory.keeper import Keeper, Memory

__all__ = ["FULL_SCOPE", "LIFETIME", "MOST", "Access", "Account", "Accounts", "Client", "Code", "Grant"]

LIFETIME = 3600  # seconds of an access token
_CODE_LIFETIME = 3 * 60_000  # ms of a grant code (CRM v7 and v8; v3 says two minutes, v2 one)
_WINDOW = 10 * 60_000  # ms
_PER_WINDOW = 10  # access tokens of one refresh token, grant codes of one client
_MOST_ACTIVE = 15  # access tokens of one refresh token; other products' pages say 30
_MOST_GRANTS = 20  # refresh tokens of one user, who here is the client's only one (assumed)

MOST = 8 * 1024 * 1024
"""Bytes that each of the tables takes at most; the oldest of what strangers brought makes room."""

State = Literal["valid", "unknown", "expired", "revoked", "elsewhere"]

FULL_SCOPE = (
    "ZohoCRM.modules.ALL ZohoCRM.settings.ALL ZohoCRM.users.ALL ZohoCRM.org.ALL ZohoCRM.coql.READ "
    "ZohoSearch.securesearch.READ"
)
"""What a token may do whose scope nobody named."""


class Account(NamedTuple):
    """What a user registers: a client of one data centre, with its secret and tokens.

    ``multi_dc`` are the codes of further centres for which the client is enabled; ``scope`` is Zoho's list.
    """

    region: Region
    client_id: str
    client_secret: str
    refresh_token: str | None = None
    access_token: str | None = None
    grant_code: str | None = None
    redirect_uri: str | None = None
    scope: str = FULL_SCOPE
    multi_dc: tuple[str, ...] = ()


class Client(NamedTuple):
    """``regions`` are codes, its own first; a ``secret`` of ``None`` is any."""

    id: str
    regions: tuple[str, ...]
    secret: str | None = None
    redirect_uri: str | None = None


class Grant(NamedTuple):
    """A refresh token; ``issued`` are the times (ms) of its newest access tokens."""

    token: str
    client_id: str
    region: str
    scope: str
    is_revoked: bool = False
    issued: tuple[int, ...] = ()


class Access(NamedTuple):
    """An access token; ``grant`` is the refresh token that it came from. One that *is_issued* was made here."""

    token: str
    region: str
    scope: str
    expires: int
    grant: str | None = None
    is_revoked: bool = False
    is_issued: bool = True


class Code(NamedTuple):
    """A grant code, as the browser brings it back."""

    code: str
    client_id: str
    region: str
    scope: str
    created: int
    redirect_uri: str | None = None
    is_offline: bool = True
    is_used: bool = False


class Accounts:
    """The accounts servers of every data centre.

    Until an account is registered any client, secret and token is taken as genuine, and belongs to the data centre
    where it was first met; from then on only the registered ones exist. ``limits`` holds to Zoho's documented rates.
    """

    def __init__(
        self,
        stamps: Stamps,
        accounts: Iterable[Account] = (),
        limits: bool = True,
        keeper: Keeper | None = None,
    ) -> None:
        self.limits = limits
        self._table = (keeper or Memory()).table
        self._stamps = stamps
        self._clock = stamps.clock
        self.given = tuple(accounts)
        self.clear()

    def clear(self) -> None:
        """Forget everything but the accounts that were there from the start."""
        self.clients: MutableMapping[str, Client] = self._table("clients", MOST)
        self.grants: MutableMapping[str, Grant] = self._table("grants", MOST)
        self.accesses: MutableMapping[str, Access] = self._table("accesses", MOST)
        self.codes: MutableMapping[str, Code] = self._table("codes", MOST)
        self.held: MutableMapping[str, str] = self._table("held", MOST)
        """The access token that Flow Service keeps for each refresh token."""
        self._state: MutableMapping[str, bool] = self._table("accounts")
        for account in self.given:
            self.register(account)

    @property
    def is_open(self) -> bool:
        """Whether what isn't known is genuine; so until the first account is registered."""
        return not self._state

    def snapshot(self) -> Any:
        return tuple(dict(table) for table in self._tables())

    def restore(self, snapshot: Any) -> None:
        for table, content in zip(self._tables(), snapshot, strict=True):
            table.clear()
            table.update(content)

    def _tables(self) -> tuple[MutableMapping[str, Any], ...]:
        return self.clients, self.grants, self.accesses, self.codes, self.held, self._state

    def register(self, account: Account) -> None:
        """From now on this account exists; a client that was registered before keeps its other tokens."""
        now, code = self._clock.now(), account.region.code
        self._state["registered"] = True
        regions = (code, *(each for each in account.multi_dc if each != code))
        client = Client(account.client_id, regions, account.client_secret, account.redirect_uri)
        self.clients[client.id] = client
        if account.refresh_token is not None:
            self.grants[account.refresh_token] = Grant(account.refresh_token, client.id, code, account.scope)
        if account.access_token is not None:
            self._keep(Access(account.access_token, code, account.scope, now + LIFETIME * 1000, account.refresh_token))
        if account.grant_code is not None:
            self.codes[account.grant_code] = Code(
                account.grant_code, client.id, code, account.scope, now, account.redirect_uri
            )

    def meet(self, region: Region, client_id: str, refresh_token: str, access_token: str) -> None:
        """Credentials of a base connection: what isn't known yet is genuine and belongs to ``region``."""
        if self._state:
            return
        client = self.clients.get(client_id)
        if client is None:
            client = self.clients[client_id] = Client(client_id, (region.code,))
        if region.code not in client.regions:
            return  # a client of another data centre has nothing here
        if refresh_token not in self.grants:
            self.grants[refresh_token] = Grant(refresh_token, client_id, region.code, FULL_SCOPE)
        if access_token not in self.accesses:
            expires = self._clock.now() + LIFETIME * 1000
            self._keep(Access(access_token, region.code, FULL_SCOPE, expires, refresh_token, is_issued=False))

    def refresh(self, region: Region, client_id: str, secret: str, token: str) -> Access:
        """A new access token for a refresh token."""
        self.client(region, client_id, secret)
        grant = self.grant(region, client_id, token)
        self._check_rate(grant)
        return self._issue(region, grant.scope, grant)

    def grant(self, region: Region, client_id: str, token: str) -> Grant:
        """The refresh token of that client at ``region``; `Refused` as Zoho refuses it."""
        grant = self.grants.get(token)
        if grant is None and self.is_open:
            grant = self.grants[token] = Grant(token, client_id, region.code, FULL_SCOPE)
        if grant is None or (grant.client_id != client_id and not grant.is_revoked):
            raise Refused(_bad_refresh_token("this client has no such refresh token"))
        if grant.is_revoked:
            raise Refused(_bad_refresh_token("this refresh token was revoked"))
        if grant.region != region.code:
            raise Refused(_of_another_centre("ZO-TOK-11", "/refresh_token", "this refresh token", grant, region))
        return grant

    def exchange(
        self, region: Region, client_id: str, secret: str, code: str, redirect_uri: str | None
    ) -> tuple[Access, Grant | None]:
        """What a grant code is good for, once: an access token and, for offline access, a refresh token."""
        client = self.client(region, client_id, secret)
        known = self.codes.get(code)
        if known is None and self.is_open:
            known = Code(code, client_id, region.code, FULL_SCOPE, self._clock.now(), redirect_uri)
        if known is None or known.client_id != client.id:
            raise Refused(_bad_code("this client was given no such code"))
        if known.is_used:
            raise Refused(_bad_code("this code was used before"))
        if self._clock.now() > known.created + _CODE_LIFETIME:
            raise Refused(_bad_code("this code is older than three minutes"))
        if known.region != region.code:
            raise Refused(_of_another_centre("ZO-TOK-11", "/code", "this code", known, region))
        if known.redirect_uri is not None and redirect_uri != known.redirect_uri:
            raise Refused(_bad_redirect(redirect_uri, known.redirect_uri))
        self.codes[code] = known._replace(is_used=True)
        grant = self._new_grant(client, region, known.scope) if known.is_offline else None
        return self._issue(region, known.scope, grant), grant

    def credentials(self, region: Region, client_id: str, secret: str, scope: str) -> Access:
        """An access token of the client's own."""
        self.client(region, client_id, secret)
        return self._issue(region, scope, None)

    def authorize(
        self, region: Region, client: Client, redirect_uri: str, scope: str, offline: bool, created: int
    ) -> Code | None:
        """A grant code, or ``None`` where the client has had too many."""
        mine = [each for each in self.codes.values() if each.client_id == client.id]
        recent = [each for each in mine if each.created > created - _WINDOW]
        if self.limits and len(recent) >= _PER_WINDOW:
            return None
        code = Code(self._stamps.zoho_token(), client.id, region.code, scope, created, redirect_uri, offline)
        self.codes[code.code] = code
        return code

    def has_consent(self, client: Client) -> bool:
        """Whether the user, who is the client's only one, has agreed to offline access here and it still holds."""
        agreed = [each for each in self.codes.values() if each.client_id == client.id and each.is_offline]
        holds = any(each.client_id == client.id and not each.is_revoked for each in self.grants.values())
        return any(each.redirect_uri is not None and (holds or not each.is_used) for each in agreed)

    def revoke(self, token: str) -> None:
        """A refresh token with its access tokens, or one access token."""
        if token not in self.grants and token not in self.accesses:
            if not self.is_open or not token:
                raise Refused(violation("ZO-REV-01", "/token", "no such token", found="another token"))
            # Somebody's genuine token until now; whose doesn't matter any more.
            self.grants[token] = Grant(token, "", "", FULL_SCOPE, is_revoked=True)
        if token in self.grants:
            self.grants[token] = self.grants[token]._replace(is_revoked=True)
        for access in list(self.accesses.values()):
            if token in (access.grant, access.token):
                self.accesses[access.token] = access._replace(is_revoked=True)

    def access(self, token: str, region: Region, issued_only: bool = False) -> Access | None:
        """What is known of an access token; an unknown one is genuine while no account is registered."""
        known = self.accesses.get(token)
        if issued_only:
            return known if known is not None and known.is_issued else None
        if known is None and self.is_open:
            revoked = token in self.grants  # a refresh token is no access token
            expires = self._clock.now() + LIFETIME * 1000
            known = None if revoked else Access(token, region.code, FULL_SCOPE, expires, is_issued=False)
            if known is not None:
                self._keep(known)
        return known

    def state(self, access: Access | None, region: Region) -> State:
        """What that token is at ``region``."""
        if access is None:
            return "unknown"
        if access.is_revoked:
            return "revoked"
        if access.region != region.code:
            return "elsewhere"
        return "valid" if self._clock.now() < access.expires else "expired"

    def client(self, region: Region, client_id: str, secret: str | None = None) -> Client:
        """The client of that id at ``region``; `Refused` as Zoho refuses it. ``secret`` of ``None`` isn't looked at."""
        client = self.clients.get(client_id)
        if client is None and self.is_open:
            client = self.clients[client_id] = Client(client_id, (region.code,))
        if client is None:
            raise Refused(violation("ZO-TOK-04", "/client_id", "no such client", found=shown(client_id)))
        if region.code not in client.regions:
            home = zoho_regions()[client.regions[0]]
            raise Refused(
                violation(
                    "ZO-TOK-03",
                    "/client_id",
                    f"this client is registered in {home.name} ({home.code.upper()}); "
                    f"the request went to the {region.code.upper()} accounts server",
                    found=f"registered in {home.code.upper()}, request to {region.code.upper()}",
                    allowed=[zoho_regions()[code].accounts_url for code in client.regions],
                    nearest=home.accounts_url,
                )
            )
        if client.secret is not None and secret is not None and secret != client.secret:
            problem = "not this client's secret"
            raise Refused(violation("ZO-TOK-05", "/client_secret", problem, found="another secret"))
        return client

    def _new_grant(self, client: Client, region: Region, scope: str) -> Grant:
        mine = [each for each in self.grants.values() if each.client_id == client.id and not each.is_revoked]
        if self.limits and len(mine) >= _MOST_GRANTS:
            self.revoke(mine[0].token)
        grant = Grant(self._stamps.zoho_token(), client.id, region.code, scope)
        self.grants[grant.token] = grant
        return grant

    def _issue(self, region: Region, scope: str, grant: Grant | None) -> Access:
        now = self._clock.now()
        access = Access(
            self._stamps.zoho_token(), region.code, scope, now + LIFETIME * 1000, grant.token if grant else None
        )
        self._keep(access)
        if grant is not None:
            self.grants[grant.token] = grant._replace(issued=(*grant.issued, now)[-_PER_WINDOW:])
            self._retire(grant, now)
        return access

    def _retire(self, grant: Grant, now: int) -> None:
        """The sixteenth active access token takes the first one's place."""
        active = [
            each
            for each in self.accesses.values()
            if each.grant == grant.token and not each.is_revoked and now < each.expires
        ]
        for access in active[:-_MOST_ACTIVE] if self.limits else ():
            self.accesses[access.token] = access._replace(is_revoked=True)

    def _check_rate(self, grant: Grant) -> None:
        since = self._clock.now() - _WINDOW
        recent = [at for at in grant.issued if at > since]
        if self.limits and len(recent) >= _PER_WINDOW:
            found = f"{len(recent)} in the last 10 minutes"
            raise Refused(
                violation("ZO-TOK-09", "/refresh_token", "too many access tokens", found=found, allowed=["10"])
            )

    def _keep(self, access: Access) -> None:
        self.accesses[access.token] = access


def _bad_refresh_token(problem: str) -> Violation:
    return violation("ZO-TOK-06", "/refresh_token", problem, found="another token")


def _bad_code(problem: str) -> Violation:
    return violation("ZO-TOK-07", "/code", problem, found="another code")


def _bad_redirect(sent: str | None, registered: str) -> Violation:
    found = "nothing" if sent is None else shown(sent)
    return violation("ZO-TOK-08", "/redirect_uri", "not the registered one", found=found, allowed=[registered])


def _of_another_centre(rule: str, pointer: str, what: str, of: Grant | Code, region: Region) -> Violation:
    home = zoho_regions()[of.region]
    there, here = home.code.upper(), region.code.upper()
    return violation(
        rule,
        pointer,
        f"{what} is of {home.name} ({there}); the request went to the {here} accounts server",
        found=f"issued in {there}, request to {here}",
        allowed=[home.accounts_url],
        nearest=home.accounts_url,
    )
