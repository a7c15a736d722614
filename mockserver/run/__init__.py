"""``mockserver run``: a command whose calls to the real hosts reach a mock, and what it is told at the end."""
