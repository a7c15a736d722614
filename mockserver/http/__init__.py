"""Real HTTP: uvicorn's protocol with limits, on a socket."""
