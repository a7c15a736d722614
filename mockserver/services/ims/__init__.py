"""IMS as the mock plays it."""
