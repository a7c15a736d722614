"""A mock whose state lies in a database, encrypted: it survives its process, and any number of processes share it.

Every process keeps in memory what it was asked about, an organisation's sandbox as a whole, and handles calls there.
The database orders them: a call locks what it is about, reads what others have changed since, is handled, and its
answer is given out when its own changes are committed.
Needs the extra ``store``.
"""

from __future__ import annotations
