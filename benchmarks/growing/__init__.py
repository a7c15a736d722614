"""What more data and more calls cost; the command is ``python benchmarks/growth.py``."""
