"""Zoho's accounts servers: tokens, their revocation, the user's consent, and where the other servers are."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from contracts import Call
from contracts.contract import in_order
from contracts.judging.violations import shown
from contracts.reading.urls import location_of
from contracts.services.zoho.rules import violation
from contracts.sources.regions import Region, zoho_regions
from mockserver.exchange.refusal import Refused
from mockserver.exchange.response import Response, json_response
from mockserver.memory.world import World
from mockserver.services.granted import region_of
from mockserver.services.zoho.accounts import LIFETIME, Access, Client
from mockserver.services.zoho.addresses import address, api_domain
from mockserver.services.zoho.state import ZOHO

__all__ = ["authorize", "revoke", "server_info", "token"]


def token(world: World, call: Call) -> Response:
    sent, region = call.document, region_of(call)
    client = (region, sent["client_id"], sent["client_secret"])
    if sent["grant_type"] == "refresh_token":
        return _issued(world, call, world.of(ZOHO).refresh(*client, sent["refresh_token"]))
    if sent["grant_type"] == "client_credentials":
        return _issued(world, call, world.of(ZOHO).credentials(*client, _scope(sent["scope"])))
    access, grant = world.of(ZOHO).exchange(*client, sent["code"], sent.get("redirect_uri"))
    return _issued(world, call, access, grant.token if grant else None)


def revoke(world: World, call: Call) -> Response:
    world.of(ZOHO).revoke(call.document["token"])
    return json_response(200, {"status": "success"})


def authorize(world: World, call: Call) -> Response:
    """The user is taken to be logged in and to agree, so that the answer is the redirect that follows."""
    sent = dict(call.query)
    problem = _request_problem(world, call, sent)
    if problem is not None:
        call.violations = in_order(call, [*problem.violations, *call.violations])
        return _page(400, problem.violations[0].problem)
    client = world.of(ZOHO).clients[sent["client_id"]]
    home = _home(client, region_of(call))
    offline = _gives_refresh_token(world, call, client, sent)
    code = world.of(ZOHO).authorize(home, client, sent["redirect_uri"], _scope(sent["scope"]), offline, world.now())
    state = {"state": sent["state"]} if "state" in sent else {}
    if code is None:
        return _redirect(sent["redirect_uri"], {"error": "access_denied", **state})
    server = address(home.accounts_url, call, world.of(ZOHO).settings)
    return _redirect(
        sent["redirect_uri"], {**state, "code": code.code, "location": home.code, "accounts-server": server}
    )


def _gives_refresh_token(world: World, call: Call, client: Client, sent: dict[str, str]) -> bool:
    """A second consent gives none unless the user is asked again; it counts as one for online access then."""
    if sent.get("access_type", "online") != "offline":
        return False
    if sent.get("prompt", "").lower() == "consent" or not world.of(ZOHO).has_consent(client):
        return True
    problem = "this client has its consent already, so that the code gives no refresh token"
    call.violations.append(violation("ZO-TOK-14", "query/prompt", problem, allowed=["consent"]))
    return False


def server_info(world: World, call: Call) -> Response:
    """Every data centre but China's, as public code shows the answer (inferred; the text of ``result`` is assumed)."""
    urls = {code: region.accounts_url for code, region in zoho_regions().items() if code != "cn"}
    locations = {code: address(url, call, world.of(ZOHO).settings) for code, url in urls.items()}
    return json_response(200, {"result": "success", "locations": locations})


def _issued(world: World, call: Call, access: Access, refresh_token: str | None = None) -> Response:
    """With a refresh token for a code, with the scope otherwise, as the pages print them."""
    more: dict[str, Any] = {"scope": access.scope} if refresh_token is None else {"refresh_token": refresh_token}
    body = {
        "access_token": access.token,
        **more,
        "api_domain": api_domain(region_of(call), call, world.of(ZOHO).settings),
        "token_type": "Bearer",
        "expires_in": LIFETIME,
    }
    return json_response(200, body)


def _request_problem(world: World, call: Call, sent: dict[str, str]) -> Refused | None:
    """Why the user sees an error page instead of a question."""
    for name in ("client_id", "scope", "redirect_uri"):
        if not sent.get(name):
            return Refused(violation("ZO-AUTH-01", f"query/{name}", "missing", found="nothing", allowed=[name]))
    if location_of(sent["redirect_uri"]) is None:
        allowed = ["https://example.com/callback"]
        return Refused(violation("ZO-AUTH-01", "query/redirect_uri", "not a URL", found="a text", allowed=allowed))
    if sent.get("response_type") != "code":
        found = shown(sent["response_type"]) if "response_type" in sent else "nothing"
        return Refused(violation("ZO-AUTH-01", "query/response_type", "not code", found=found, allowed=["code"]))
    region = region_of(call)
    known = world.of(ZOHO).clients.get(sent["client_id"])
    try:
        # Authorization may begin at accounts.zoho.com for every data centre but China's.
        asks_abroad = known is not None and region.code == "us" and known.regions[0] != "cn"
        client = known if asks_abroad and known else world.of(ZOHO).client(region, sent["client_id"])
    except Refused as refused:
        return refused
    if client.redirect_uri is not None and client.redirect_uri != sent["redirect_uri"]:
        found = shown(sent["redirect_uri"])
        allowed = [client.redirect_uri]
        return Refused(
            violation("ZO-TOK-08", "query/redirect_uri", "not the registered one", found=found, allowed=allowed)
        )
    return None


def _home(client: Client, asked: Region) -> Region:
    """The data centre where the user's account is: the one that was asked, or the client's own."""
    return asked if asked.code in client.regions else zoho_regions()[client.regions[0]]


def _redirect(uri: str, parameters: dict[str, str]) -> Response:
    target = f"{location_of(uri)}{'&' if '?' in uri else '?'}{urlencode(parameters)}"
    from html import escape  # 7 ms of a start, for the few who ask for a page

    body = f'<!DOCTYPE html><title>Zoho Accounts</title><a href="{escape(target)}">Continue</a>'
    headers = {"Content-Type": "text/html;charset=UTF-8", "Location": target}
    return Response(302, headers, body.encode())


def _page(status: int, problem: str) -> Response:
    """The real page's status isn't known (assumed)."""
    from html import escape  # 7 ms of a start, for the few who ask for a page

    body = f"<!DOCTYPE html><title>Zoho Accounts</title><h1>Invalid request</h1><p>{escape(problem)}</p>"
    return Response(status, {"Content-Type": "text/html;charset=UTF-8"}, body.encode())


def _scope(text: str) -> str:
    """Asked for with commas, answered with blanks."""
    return " ".join(text.replace(",", " ").split())
