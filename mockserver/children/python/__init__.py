"""The folder that a child has on its PYTHONPATH."""
