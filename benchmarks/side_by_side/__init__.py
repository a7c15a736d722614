"""This kit beside what people would pick instead; the command is ``python benchmarks/peers.py``."""
