"""Times that a client gives."""

from __future__ import annotations

from datetime import UTC, datetime

__all__ = ["instant_of"]


def instant_of(text: str) -> datetime | None:
    """The instant that an ISO 8601 text names, in UTC, which one without a zone is taken to be; ``None`` of no time."""
    try:
        time = datetime.fromisoformat(text.replace(" ", "+"))
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # the latter of the year 1 or 9999, another day in UTC
        return None
