"""The streaming inlet: where it is, and what every request to it keeps."""

from __future__ import annotations

import re

from contracts.judging.model import Collection, Service
from contracts.services.gateway import errors as gateway
from contracts.services.gateway import rules as shared
from contracts.services.gateway.breaches import BREACHES, TROUBLES
from contracts.services.gateway.headers import headers_are_small
from contracts.services.inlet import errors, rules

__all__ = ["INLET"]

_ANSWERED_SO = ("FS-BODY-01", "FS-BODY-03", "FS-BODY-04", "FS-BODY-05", "FS-BODY-06", "FS-QRY-16", "FS-FILL-01")

# No header but the content type is demanded: the pages send a webhook's messages without any (http.md).
INLET = Service(
    "streaming-inlet",
    "/collection",
    re.compile(r"dcs\.adobedc\.net"),
    (*shared.ROWS, *rules.ROWS),
    (*gateway.ROWS, *errors.ROWS),
    breaches=BREACHES,
    troubles={
        **TROUBLES,
        400: rules.INVALID,
        401: "data-collection-service-authorization",
        404: "data-collection-service-inlet",
    },
    answers=dict.fromkeys(_ANSWERED_SO, rules.INVALID),
    head_rules=(headers_are_small,),
    collections=(Collection("inlets", id_name="INLET_ID"),),
)
