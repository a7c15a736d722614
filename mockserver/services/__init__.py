"""What the mock does with an accepted call, a folder for each service."""
