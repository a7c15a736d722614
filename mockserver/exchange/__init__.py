"""A request's answer on its way: refusals, faults, the journal, and what is masked in it."""
