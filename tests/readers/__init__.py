"""Readers of files with requests."""
