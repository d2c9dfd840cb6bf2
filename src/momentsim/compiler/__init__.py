"""The compiler's only home: what marks a function as compiled, its cache, and code kept from earlier runs."""
