"""Levers: how they are pulled and undone, what each kind does, and the triggers that pull them."""
