"""How many people a goal needs, by interval: the formulas' answer beside the simulated one.

`forecast` says what a planner expects, `requirement` what Erlang's formulas make of it, `ladder` the family of
staffings that is searched, `search` and `value` find the one that is asked for, `store` keeps it.
"""
