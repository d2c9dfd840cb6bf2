"""Heads that a goal in the file asks for: the forecast, Erlang by interval, and the plan that a run is staffed by."""
