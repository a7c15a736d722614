"""IMS: access tokens."""
