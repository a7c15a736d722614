"""What the rows add up to: contract coverage and an OpenAPI document."""
