"""What a mock remembers, in memory; it knows no service and no HTTP."""
