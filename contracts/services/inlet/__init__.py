"""The streaming inlet: where HTTP API connections and webhook flows take messages."""
