"""The sections of a scenario file: what may be written in each, and the checks across its keys."""
