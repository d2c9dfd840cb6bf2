"""Customers: what they remember, feel and tell, what they are worth, and how they are won back."""
