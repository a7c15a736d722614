"""Inputs by the hundred thousand: ``python -m tests.fuzz.wire``, ``python -m tests.fuzz.parsers``; each has --help."""
