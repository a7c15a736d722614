"""The rules about Zoho's own servers: the accounts servers and the CRM of each data centre."""

from __future__ import annotations

from contracts.judging.rule import Rule
from contracts.judging.violations import violations_of
from contracts.services.documents import NONE, ZOHO_ACCOUNTS, ZOHO_COQL, ZOHO_CRM, ZOHO_ERRORS, ZOHO_MULTI_DC
from contracts.services.gateway import rules as gateway

__all__ = ["ROWS", "violation"]

ROWS = (
    Rule("ZO-URL-01", "the path is one of Zoho's accounts servers", "zoho-not_found", "assumed", ZOHO_ACCOUNTS,
         "Use /oauth/v2/token, /oauth/v2/token/revoke, /oauth/v2/auth or /oauth/serverinfo."),
    Rule("ZO-URL-02", "a token is asked for with POST", "zoho-method_not_allowed", "assumed", ZOHO_ACCOUNTS,
         "Use one of the methods in the Allow header."),
    Rule("ZO-URL-03", "the path is one of Zoho CRM's", "zoho-INVALID_URL_PATTERN", "documented", ZOHO_CRM,
         "Check the path; the mock answers reads only: settings, records, search, org, users and coql."),
    Rule("ZO-URL-04", "the method is one of the path's", "zoho-INVALID_REQUEST_METHOD", "documented", ZOHO_CRM,
         "Use another method; the mock answers reads only."),
    # Tokens
    Rule("ZO-TOK-01", "grant_type is one that Zoho documents", "zoho-unsupported_grant_type", "assumed", ZOHO_ACCOUNTS,
         "Send grant_type=authorization_code, refresh_token or client_credentials."),
    Rule("ZO-TOK-02", "a token request has every parameter of its grant", "zoho-invalid_request", "assumed", ZOHO_ACCOUNTS,
         "Send client_id, client_secret and what the grant needs: code, refresh_token or scope."),
    Rule("ZO-TOK-03", "a client asks the accounts server of the data centre where it is registered", "zoho-invalid_client", "documented",
         ZOHO_MULTI_DC, "Send the token request to the client's own accounts server, or enable Multi DC for the client."),
    Rule("ZO-TOK-04", "the client is registered", "zoho-invalid_client", "documented", ZOHO_ERRORS,
         "Copy the client id from Zoho's API console, or register it with the mock."),
    Rule("ZO-TOK-05", "client_secret is the client's", "zoho-invalid_client_secret", "inferred", ZOHO_ERRORS,
         "Copy the client secret from Zoho's API console."),
    Rule("ZO-TOK-06", "the refresh token is the client's and not revoked", "zoho-invalid_code", "documented", ZOHO_ERRORS,
         "Ask the user for consent again: a revoked refresh token never comes back."),
    Rule("ZO-TOK-07", "a grant code is used once, within three minutes, by the client that it was given to", "zoho-invalid_code",
         "documented", ZOHO_ERRORS, "Ask for a new grant code and exchange it at once."),
    Rule("ZO-TOK-08", "redirect_uri is the registered one", "zoho-invalid_redirect_uri", "documented", ZOHO_ERRORS,
         "Send the redirect URI that the client is registered with."),
    Rule("ZO-TOK-09", "a refresh token is used at most ten times in ten minutes", "zoho-Access Denied", "documented", ZOHO_ACCOUNTS,
         "Keep an access token for its whole hour instead of asking for one per call."),
    Rule("ZO-TOK-10", "client_credentials names the organisation in soid", "zoho-missing_org_info", "documented", ZOHO_ACCOUNTS,
         "Send soid=ZohoCRM.{zsoid}."),
    Rule("ZO-TOK-11", "a code or refresh token goes to the accounts server that issued it", "zoho-invalid_code", "inferred",
         ZOHO_MULTI_DC, "Keep accounts-server of the redirect beside the token, and send the token there."),
    Rule("ZO-TOK-12", "secrets and tokens travel in the body, not in the URL", "zoho-invalid_request", "documented", ZOHO_ACCOUNTS,
         "Send the parameters as form data in the body: URLs end up in logs.", default="warning", lenient="off", strict="warning"),
    Rule("ZO-TOK-13", "the body of a token request is a form", "zoho-invalid_request", "documented", ZOHO_ACCOUNTS,
         "Send application/x-www-form-urlencoded or multipart/form-data."),
    Rule("ZO-REV-01", "the token to revoke is one of Zoho's", "zoho-invalid_token", "documented", ZOHO_ACCOUNTS,
         "Send the refresh token as token."),
    Rule("ZO-AUTH-01", "an authorization request says response_type=code, client_id, scope and redirect_uri", "zoho-invalid_request",
         "documented", ZOHO_ACCOUNTS, "Send all four, the scopes with commas between them."),
    # The CRM
    Rule("ZO-CRM-01", "from v2.1 on the CRM is asked at www.zohoapis.{domain}", "zoho-INVALID_HOST", "documented", ZOHO_CRM,
         "Send the call to the api_domain that came with the token."),
    Rule("ZO-CRM-02", "Authorization carries an access token", "zoho-AUTHENTICATION_FAILURE", "documented", ZOHO_CRM,
         "Send Authorization: Zoho-oauthtoken <access token>."),
    Rule("ZO-CRM-03", "the access token is one of Zoho's, not expired and not revoked", "zoho-INVALID_TOKEN", "documented", ZOHO_CRM,
         "Ask the accounts server for a new access token with the refresh token."),
    Rule("ZO-CRM-04", "an access token is used in the data centre that issued it", "zoho-INVALID_TOKEN", "inferred", ZOHO_MULTI_DC,
         "Send the call to the api_domain that came with the token."),
    Rule("ZO-CRM-05", "the token's scope covers the call", "zoho-OAUTH_SCOPE_MISMATCH", "documented", ZOHO_CRM,
         "Ask the user for consent with the scope that the call needs."),
    Rule("ZO-CRM-06", "the module exists and is supported by the API", "zoho-INVALID_MODULE", "documented", ZOHO_CRM,
         "Use an api_name that /settings/modules lists with api_supported: true."),
    Rule("ZO-CRM-07", "a call has the parameters that it needs; from v3 on a list names its fields", "zoho-REQUIRED_PARAM_MISSING",
         "documented", ZOHO_CRM, "Add the parameter."),
    Rule("ZO-CRM-08", "a parameter's value is one that Zoho documents", "zoho-INVALID_DATA", "documented", ZOHO_CRM,
         "Correct the value."),
    Rule("ZO-CRM-09", "a list names at most 50 fields", "zoho-LIMIT_EXCEEDED", "documented", ZOHO_CRM, "Name fewer fields."),
    Rule("ZO-CRM-10", "from v3 on page reaches the first 2,000 records", "zoho-DISCRETE_PAGINATION_LIMIT_EXCEEDED", "documented",
         ZOHO_CRM, "Follow info.next_page_token with page_token."),
    Rule("ZO-CRM-11", "page and page_token are not sent together", "zoho-AMBIGUITY_DURING_PROCESSING", "documented", ZOHO_CRM,
         "Send one of them."),
    Rule("ZO-CRM-12", "a page_token is used with the parameters that it was given for", "zoho-TOKEN_BOUND_DATA_MISMATCH", "documented",
         ZOHO_CRM, "Repeat the other parameters as they were."),
    Rule("ZO-CRM-13", "a page_token is used within 24 hours", "zoho-EXPIRED_VALUE", "documented", ZOHO_CRM, "Begin again at the first page."),
    Rule("ZO-CRM-14", "a record's id is one of Zoho's", "zoho-INVALID_DATA", "documented", ZOHO_CRM, "Send the id as it was answered, digits only."),
    Rule("ZO-CRM-15", "query parameters stand only where they are documented", "zoho-INVALID_DATA", "assumed", ZOHO_CRM,
         "Leave the parameter out; it has no effect.", default="warning"),
    Rule("ZO-COQL-01", "a query is a select with a from and a where", "zoho-SYNTAX_ERROR", "documented", ZOHO_COQL,
         "Write: select fields from Module where condition."),
    Rule("ZO-COQL-02", "a query names columns of its module and compares them with values of their type", "zoho-INVALID_QUERY",
         "documented", ZOHO_COQL, "Use api_names of /settings/fields and the operators of the field's type."),
    Rule("ZO-COQL-03", "a query asks for at most 200 records and 50 columns at once", "zoho-LIMIT_EXCEEDED", "documented", ZOHO_COQL,
         "Ask for less, and use limit and offset."),
    # Flow Service's side
    Rule("ZO-CON-01", "a connection's credentials work at Zoho", "FLOW-1100-400", "inferred", NONE,
         "Correct the credentials with PATCH; the other rules of this exchange say what is wrong with them."),
)  # fmt: skip

violation = violations_of((*gateway.ROWS, *ROWS))
