"""The Schema Registry."""
