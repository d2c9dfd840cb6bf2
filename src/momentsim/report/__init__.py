"""What people read of a run: numbers, words, terminal tables, figures; and what all figures share."""
