"""What text and bytes mean: JSON, forms, JSON Schemas, misspelt words. It knows nothing of the API."""
