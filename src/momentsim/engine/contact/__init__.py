"""The story of a contact, from its beginning to the judged and closed moment."""
