"""The real hosts of Platform's services."""

from __future__ import annotations

import re

__all__ = ["ADOBE", "PLATFORM"]

# Whatever lies below these is Adobe's; none of it is ever to be contacted.
ADOBE = ("adobe.io", "adobelogin.com", "adobe.com", "adobedc.net")

# flow-service.yaml: platform.adobe.io, platform-stage.adobe.io; aepp: platform-{env}.adobe.io
PLATFORM = re.compile(r"platform(-[a-z0-9-]+)?\.adobe\.io")
