"""The streaming inlet: messages become runs of the flow."""
