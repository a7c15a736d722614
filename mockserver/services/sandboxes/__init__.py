"""The Sandbox API as the mock plays it."""
