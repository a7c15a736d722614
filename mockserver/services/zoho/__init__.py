"""Zoho's side of the mock: the accounts servers and the CRM of every data centre."""
