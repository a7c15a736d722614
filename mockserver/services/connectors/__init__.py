"""Landing zone, encryption keys and private endpoints."""
