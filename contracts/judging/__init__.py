"""The machinery that judges a request by the rows that it is handed. It knows no service."""
