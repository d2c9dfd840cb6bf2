"""The figures of plausible worlds."""
