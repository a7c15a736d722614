"""What a client of Flow Service promises beyond the shape of its requests, one row each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.judging.rule import Level

__all__ = ["PROMISES", "Promise"]


@dataclass(frozen=True, slots=True)
class Promise:
    """One row: ``demand`` is the sentence that the client keeps, ``mend`` what to do when it doesn't."""

    id: str
    demand: str
    level: Level
    document: str
    mend: str


_FLOW_SERVICE = "AdobeDocs/experience-platform-apis static/swagger-specs/flow-service.yaml"
_ZOHO = "AdobeDocs/experience-platform.en help/sources/tutorials/api/create/crm/zoho.md"
_UPDATE = "AdobeDocs/experience-platform.en help/sources/tutorials/api/update.md"
_ACTIVATE = "AdobeDocs/experience-platform.en help/destinations/api/activate-segments-file-based-destinations.md"
_UPDATE_FLOW = "AdobeDocs/experience-platform.en help/destinations/api/update-destination-dataflows.md"
_ERRORS = "AdobeDocs/experience-platform.en help/sources/errors/flow-service-errors.md"
_ACCOUNTS = "zoho.com/accounts/protocol/oauth/web-apps.html"
_HTTP = "RFC 9110"
_SECURITY = "OWASP Logging Cheat Sheet"
_KIT = "no document; what every caller of a client expects"

_ROWS = (
    Promise("FC-NET-01", "no real host of Adobe's or Zoho's is asked", "assumed", _KIT,
            "Take every URL from the platform: platform.url, platform.ims_url, platform.zoho."),
    Promise("FC-REQ-01", "Authorization carries the platform's own token", "documented", _FLOW_SERVICE,
            "Send Authorization: Bearer and platform.access_token, unchanged."),
    Promise("FC-REQ-02", "x-api-key carries the platform's own key", "documented", _FLOW_SERVICE, "Send platform.api_key."),
    Promise("FC-REQ-03", "x-gw-ims-org-id carries the platform's own organisation", "documented", _FLOW_SERVICE,
            "Send platform.org_id."),
    Promise("FC-REQ-04", "x-sandbox-name carries the platform's own sandbox", "documented", _FLOW_SERVICE,
            "Send platform.sandbox_name."),
    Promise("FC-REQ-05", "name arrives as it was given", "documented", _ZOHO, "Send the name unchanged, as UTF-8."),
    Promise("FC-REQ-06", "description arrives as it was given, or is left out", "documented", _ZOHO,
            "Send the description unchanged; leave the key out where there is none."),
    Promise("FC-REQ-07", "the six credentials arrive as they were given", "documented", _ZOHO,
            "Send every credential unchanged: no trimming, no encoding, no change of letter case."),
    Promise("FC-REQ-08", "nothing secret stands outside of the body", "assumed", _SECURITY,
            "Keep credentials out of URLs and headers; the bearer token belongs into Authorization alone."),
    Promise("FC-REQ-09", "one creation is one POST", "inferred", _HTTP, "Send the POST once where it was answered with success."),
    Promise("FC-REQ-10", "a connection is created as what it is", "documented", _ZOHO,
            "Send Zoho CRM's connectionSpec and auth.specName, and no keys that nobody asked for."),
    Promise("FC-REQ-11", "what else is asked keeps its own service's rules", "inferred", _KIT,
            "Mend the request as its own service documents it: IMS, the Sandbox API, Zoho."),
    Promise("FC-REG-01", "every documented region is served with its own URLs", "documented", _ZOHO,
            "Take accountsUrl and endpoint from the connection's region."),
    Promise("FC-RES-01", "the id is handed back as it was answered", "documented", _FLOW_SERVICE, "Return the answer's id."),
    Promise("FC-RES-02", "the etag is handed back as it was answered, its double quotes included", "documented", _FLOW_SERVICE,
            "Return the body's etag untouched; the quotes are part of it."),
    Promise("FC-RES-03", "a valid answer is understood however it is written", "inferred", _HTTP,
            "Parse the body as JSON, ignore what you don't know, and rely on no optional header."),
    Promise("FC-ERR-01", "a refusal is raised as an error", "documented", _ERRORS,
            "Check the status before the body and raise one of the class attribute `errors`."),
    Promise("FC-ERR-02", "an answer that isn't the documented one is raised as an error", "inferred", _HTTP,
            "Raise where the body isn't JSON or lacks what was asked for."),
    Promise("FC-ERR-03", "a lost or cut answer is raised as an error", "inferred", _HTTP,
            "Turn your HTTP library's errors into your own; never report success without an answer."),
    Promise("FC-ERR-04", "a stalled answer ends in an error within the time-out", "inferred", _HTTP,
            "Give every request a time-out that is shorter than the class attribute `timeout`."),
    Promise("FC-RTY-01", "a re-send after 429 waits as long as Retry-After says", "documented", "RFC 6585 and RFC 9110, 10.2.3",
            "Wait Retry-After seconds before the next attempt, or give up."),
    Promise("FC-RTY-02", "retries are bounded", "inferred", _HTTP, "Give up after a few attempts and raise."),
    Promise("FC-RTY-03", "what was refused isn't sent again", "inferred", _HTTP,
            "Retry neither 400, 401, 403, 404 nor 412: the same request gets the same answer."),
    Promise("FC-RTY-04", "a creation whose answer was lost leaves one connection", "inferred", _HTTP,
            "POST isn't idempotent: raise, or look the name up, but don't send it again blindly."),
    Promise("FC-READ-01", "a connection is read out of its items", "documented", _FLOW_SERVICE,
            'The answer is {"items": [{...}]}: return its first item.'),
    Promise("FC-READ-02", "a missing connection is an error or None", "documented", _ERRORS, "Raise on 404, or return None."),
    Promise("FC-READ-03", "a list is read to its last page", "documented", _FLOW_SERVICE,
            "Follow _links.next.href, relative to the service's base URL, until there is none."),
    Promise("FC-READ-04", "an empty list is empty", "documented", _FLOW_SERVICE, "Return no items where there are none."),
    Promise("FC-READ-05", "fields that may be absent may be absent", "documented", _FLOW_SERVICE,
            "Don't rely on description or other optional fields."),
    Promise("FC-READ-06", "a connection test tells true from false", "documented", _FLOW_SERVICE,
            'The answer is {"result": true} or {"result": false}, both with status 200.'),
    Promise("FC-UPD-01", "If-Match is the etag that was given", "documented", _UPDATE, "Send the given etag, its quotes included."),
    Promise("FC-UPD-02", "an update sends the operations as a JSON array", "documented", _UPDATE,
            "Send the operations as they were given, as one JSON array."),
    Promise("FC-UPD-03", "a stale etag is raised, and nothing is overwritten", "documented", _ERRORS,
            "Raise on 412; don't read a new etag and send the update again."),
    Promise("FC-UPD-04", "an update hands back the new etag", "documented", _UPDATE, "Return the id and etag of the update's answer."),
    Promise("FC-UPD-05", "of two updates that race one wins and the other is told", "inferred", _UPDATE,
            "Share nothing between calls, and raise on 412."),
    Promise("FC-DEL-01", "a deleted connection is gone, and only that one", "documented", _FLOW_SERVICE,
            "Send DELETE /connections/{id}; 204 has no body."),
    Promise("FC-TEN-01", "two platforms don't see each other", "inferred", _KIT,
            "Keep no token, header, URL, id or session state in module or class variables."),
    Promise("FC-TEN-02", "what was handed in isn't changed", "inferred", _KIT, "Copy params and headers before you change them."),
    Promise("FC-SEC-01", "no secret is logged", "inferred", _SECURITY, "Log neither bodies nor Authorization, at no level."),
    Promise("FC-SEC-02", "no secret is printed", "inferred", _SECURITY, "Remove what prints requests, headers or params."),
    Promise("FC-SEC-03", "no secret stands in a warning", "inferred", _SECURITY, "Warn without the values."),
    Promise("FC-SEC-04", "no secret stands in an error, nor in what caused it", "inferred", _SECURITY,
            "Build error texts from the answer, not from the request."),
    Promise("FC-SEC-05", "no secret stands in the repr of what is returned", "inferred", _SECURITY,
            "Return id and etag alone, or keep credentials out of __repr__."),
    Promise("FC-ZOHO-01", "a token is asked for at the accounts server of its own region, with the credentials as they were given",
            "documented", _ACCOUNTS, "Send client_id, client_secret and refresh_token to zoho.accounts_url(region), unchanged."),
    Promise("FC-ZOHO-02", "the CRM is asked in the token's own region, with the token", "documented", _ACCOUNTS,
            "Send Authorization: Zoho-oauthtoken and the token to the api_domain that came with it."),
    Promise("FC-ZOHO-03", "an access token is kept until it expires, and then one new one is asked for", "documented", _ACCOUNTS,
            "Keep the token with the time at which it expires; on 401 INVALID_TOKEN refresh it once and send the call again."),
    Promise("FC-ZOHO-04", "threads that meet an expired token ask for one new one between them", "inferred", _ACCOUNTS,
            "Refresh under a lock, and look again inside of it whether another thread has a new token already."),
    Promise("FC-ZOHO-05", "a refusal of the accounts server is raised as an error, also with status 200", "documented", _ACCOUNTS,
            "Look for error in the answer, not at its status, and raise one of the class attribute `errors`."),
    Promise("FC-ZOHO-06", "a revoked refresh token is reported, and not tried again and again", "documented", _ACCOUNTS,
            "invalid_code never goes away by itself: raise at once."),
    Promise("FC-ACT-01", "what is to be activated or exported arrives as it was given", "documented", _ACTIVATE,
            "Send names, specs, credentials, params, audiences and datasets unchanged, and look at the status of each answer."),
    Promise("FC-ACT-02", "an audience is added beside what the flow has: audiences, attributes, keys, a mapping set", "documented", _UPDATE_FLOW,
            "Send op add with the path .../segmentSelectors/selectors/-, never a list or params in place of those that are there."),
    Promise("FC-ACT-03", "If-Match is the flow's etag as it was read, and what others changed meanwhile stays", "documented", _UPDATE_FLOW,
            "Read the flow and send its etag; on 412 raise, or read it again and look what is still to be added."),
    Promise("FC-ACT-04", "a repeated call leaves one flow, and each audience in it once", "inferred", _KIT,
            "Look the flow up by its whole name, on every page, before you make one; add only what it lacks."),
    Promise("FC-ACT-05", "the flow's id and its etag after the last change are handed back", "documented", _UPDATE_FLOW,
            "Return the flow's id and the etag of the last answer about it, its quotes included."),
    Promise("FC-ACT-06", "attributes, keys and mapping set, where the client sends them, arrive as they were given, once", "documented", _ACTIVATE,
            "Add attributes to profileSelectors that aren't there, and set mandatoryFields, primaryFields and profileMapping."),
    Promise("FC-ALL-01", "the battery is whole", "assumed", _KIT,
            "Don't override or remove its tests; mark one xfail with a reason, or list its rule among the known findings."),
)  # fmt: skip

PROMISES: Mapping[str, Promise] = {row.id: row for row in _ROWS}
