"""Real HTTP, on httptools and asyncio: a socket, connections with limits, TLS, a proxy."""
