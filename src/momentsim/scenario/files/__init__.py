"""From files to one tree of values that know who wrote them: YAML, layers, variants, CSV beside it."""
