"""Flow Service: connections, flows, runs and specs."""
