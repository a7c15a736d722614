"""The control side, and what the mock describes of itself."""
