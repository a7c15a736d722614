"""What `stores.py` measures: servers on stores, a load of several organisations, and a slow way to a database."""
