"""The workshop: rooms in which people steer one storm together, see what came of it, and try again."""
