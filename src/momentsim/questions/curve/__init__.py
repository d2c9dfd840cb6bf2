"""What each hour of waiting costs: one lever, pulled at several times, in the same replications."""
