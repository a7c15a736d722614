"""The rules about tokens: what IMS demands of who asks for one."""

from __future__ import annotations

from contracts.judging.rule import Rule
from contracts.judging.violations import violations_of
from contracts.services.documents import IMS, IMS_USERS, JWT, RFC_OAUTH
from contracts.services.gateway import rules as gateway

__all__ = ["ROWS", "violation"]

ROWS = (
    # The form
    Rule("IMS-FORM-01", "parameters stand in the query or in a form: urlencoded or multipart/form-data", "invalid_request-400", "inferred",
         RFC_OAUTH, "Send Content-Type: application/x-www-form-urlencoded and the parameters as a form, not as JSON."),
    Rule("IMS-FORM-02", "the form can be read", "invalid_request-400", "inferred", RFC_OAUTH,
         "Let an HTTP library write the form and its Content-Type."),
    Rule("IMS-FORM-03", "no parameter is sent twice", "invalid_request-400", "inferred", RFC_OAUTH,
         "Send each parameter once, in the body or in the query."),
    Rule("IMS-FORM-04", "a form of type multipart/form-data has parts and names their boundary", "invalid_request-400", "inferred", RFC_OAUTH,
         "Send Content-Type: application/x-www-form-urlencoded; Adobe's connector for Kafka sends it so, and it was read.", default="warning"),
    # POST /ims/token/...
    Rule("IMS-GRANT-01", "grant_type is the one that the path documents", "unsupported_grant_type-400", "documented", IMS,
         "Send grant_type=client_credentials, or authorization_code or refresh_token for a user; v2 takes the first alone, v1 the others."),
    Rule("IMS-ID-01", "client_id is sent and not empty", "invalid_client-400", "documented", IMS,
         "Send the client id of your Developer Console project as client_id."),
    Rule("IMS-SECRET-01", "client_secret is sent and not empty", "invalid_client-400", "documented", IMS,
         "Send the client secret of your Developer Console project as client_secret."),
    Rule("IMS-SECRET-02", "client_secret is sent and not empty with a JWT", "invalid_client-401", "documented", JWT,
         "Send the client secret of your Developer Console project as client_secret."),
    Rule("IMS-SCOPE-01", "scope is sent and not empty", "invalid_scope-400", "documented", IMS,
         "Send the scopes of your credential, comma-separated.", lenient="warning"),
    Rule("IMS-CODE-01", "code is sent and not empty with grant_type=authorization_code", "invalid_request-400", "inferred", RFC_OAUTH,
         "Send the code that the authorize step handed out."),
    Rule("IMS-REFRESH-01", "refresh_token is sent and not empty with grant_type=refresh_token", "invalid_request-400", "documented", IMS_USERS,
         "Send the refresh token that came with the access token."),
    # POST /ims/revoke, /ims/validate_token/v1
    Rule("IMS-TOKEN-01", "the token that is meant is sent", "invalid_request-400", "documented", IMS_USERS,
         "Send token as a parameter; a validation takes Authorization: Bearer <token> too."),
    # GET /ims/profile/v1, /ims/userinfo/v2
    Rule("IMS-PROFILE-01", "a profile is asked for with Authorization: Bearer <access token>", "invalid_token-401", "inferred", IMS,
         "Send the access token that IMS issued."),
    # POST /ims/exchange/jwt
    Rule("IMS-JWT-01", "jwt_token is sent and not empty", "invalid_token-400", "documented", JWT, "Send the signed JWT as jwt_token."),
    Rule("IMS-JWT-02", "jwt_token is a JWT: three parts in base64url, the first two JSON objects", "invalid_token-400", "documented", JWT,
         "Let a JWT library encode and sign the claims (RS256)."),
    Rule("IMS-JWT-03", "exp is a whole number", "invalid_token-400", "documented", JWT, "Send exp in epoch seconds."),
    Rule("IMS-JWT-04", "the JWT has not expired", "invalid_token-400", "documented", JWT, "Sign a JWT anew for every token."),
    Rule("IMS-JWT-05", "aud names the client that client_id names", "invalid_client-400", "documented", JWT,
         "Write https://ims-na1.adobelogin.com/c/<client id> as aud."),
    Rule("IMS-JWT-06", "iss is an organisation, sub a technical account, aud a string", "bad_request-400", "documented", JWT,
         "Copy iss (...@AdobeOrg) and sub (...@techacct.adobe.com) from the Developer Console.", default="warning"),
    Rule("IMS-JWT-07", "a metascope is claimed", "invalid_scope-400", "documented", JWT,
         'Add a claim such as "https://ims-na1.adobelogin.com/s/ent_dataservices_sdk": true.', default="warning"),
)  # fmt: skip

violation = violations_of((*gateway.ROWS, *ROWS))
