"""How many people goals need, by interval: the formulas' answer beside the simulated one.

`goal` says whose measure each goal is, `search` and `value_goal` find the staffing asked for on a ladder of them, which
`trials` simulates; `in_turn` does so for several pools, `staffing` is the answer, `store` keeps it.
"""
