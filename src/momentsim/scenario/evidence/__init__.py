"""The evidence: every behavioural number with its value, range, source and tag."""
