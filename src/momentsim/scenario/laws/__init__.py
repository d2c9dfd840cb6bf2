"""Laws of durations: how they are written, what is known of them exactly, and their checks."""
