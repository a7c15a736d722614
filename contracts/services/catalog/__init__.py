"""Catalog: datasets and batches, and Data Access, which reads what a batch left behind."""
