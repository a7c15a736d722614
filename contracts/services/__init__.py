"""What is documented, a folder for each service."""
