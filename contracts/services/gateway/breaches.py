"""Which of the gateway's rules is broken by what the machinery finds, and which error answers trouble."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.judging.model import Breach

__all__ = ["BREACHES", "TROUBLES"]

BREACHES: Mapping[Breach, str] = {
    "path": "FS-URL-01",
    "method": "FS-URL-02",
    "content type": "FS-BODY-01",
    "large body": "FS-BODY-02",
    "no body": "FS-BODY-03",
    "no JSON": "FS-BODY-04",
    "repeated key": "FS-BODY-06",
    "stray parameter": "FS-QRY-16",
}

TROUBLES: Mapping[int, str] = {
    400: "FLOW-1100-400",
    401: "401013",
    403: "FLOW-2120-403",
    404: "FLOW-1439-404",
    408: "408000",
    409: "409000",
    412: "FLOW-1404-412",
    429: "429050",
    500: "FLOW-1102-500",
    502: "502000",
    503: "FLOW-1103-503",
    504: "FLOW-1104-504",
}
"""By the status that is asked for."""
