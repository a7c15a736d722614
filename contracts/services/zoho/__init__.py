"""Zoho's accounts servers and CRM, of every data centre."""
