"""The figures of a sweep."""
