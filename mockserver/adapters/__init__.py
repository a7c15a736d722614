"""The ways in. Each knows one framework and a `mockserver.mock.Handler`, nothing else."""
