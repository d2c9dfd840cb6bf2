"""The report of a results folder: one HTML file that opens anywhere, prints, and asks nothing of any network."""
