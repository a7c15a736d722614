"""Where a document can be read."""

from __future__ import annotations

import re

__all__ = ["link_to"]

_OWASP = "https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html"
_RFC = re.compile(r"RFC (\d+)")


def link_to(document: str) -> str:
    """The address of a rule's document; its name where it has none."""
    repository, _, path = document.partition(" ")
    if repository.startswith("AdobeDocs/"):
        return f"https://github.com/{repository}/{'tree' if path.endswith('/') else 'blob'}/HEAD/{path}"
    if document.startswith("zoho.com/"):
        return f"https://www.{document}"
    if document.startswith("OWASP"):
        return _OWASP
    found = _RFC.search(document)
    return f"https://www.rfc-editor.org/rfc/rfc{found[1]}" if found else document
