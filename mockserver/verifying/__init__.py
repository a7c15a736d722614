"""The service's side of the contract: whether answers are what the OpenAPI document says."""
