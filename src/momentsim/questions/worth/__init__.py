"""What a variant is worth, as things stand and under other conditions."""
