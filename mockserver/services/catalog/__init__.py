"""Catalog: datasets, and the batches with which runs fill them."""
