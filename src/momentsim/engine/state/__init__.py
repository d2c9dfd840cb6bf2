"""The state of a run: its tables and records, before the first event, while it goes on, and at the end."""
