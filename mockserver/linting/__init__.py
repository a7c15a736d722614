"""The contract, held against requests that stand in files."""
