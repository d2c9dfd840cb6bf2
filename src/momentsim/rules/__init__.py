"""Small pure rules of behaviour, compiled: scalars in, scalars out. They know no plan and no trace."""
