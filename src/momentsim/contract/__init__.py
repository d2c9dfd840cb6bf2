"""What the engine gets, a plan, and what it gives, a trace: records, codes, and nothing that computes."""
