"""The Sandbox API."""
