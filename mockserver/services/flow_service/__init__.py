"""Flow Service as the mock plays it."""
