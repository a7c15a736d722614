"""The Schema Registry: schemas, what they are made of, and how they are shown."""
