"""What the kit costs without its port; the command is ``python benchmarks/inprocess.py``."""
