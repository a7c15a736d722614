"""The ways in. Each knows one framework and the port, `mockserver.exchange.response.Handler`."""
