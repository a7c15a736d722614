"""Data Prep: mapping sets, and what they make of data."""
