"""Plausible worlds: what a comparison would say if what is assumed about the world were otherwise, within reason."""
