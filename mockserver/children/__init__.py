"""What the processes that are started get, so that their calls to the real hosts lead elsewhere."""
