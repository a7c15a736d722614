"""Landing zone, encryption keys and private endpoints: what stands below /data/foundation/connectors."""
