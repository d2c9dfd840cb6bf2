"""What people read: words, terminal tables, figures, folders. The only room that plots."""
