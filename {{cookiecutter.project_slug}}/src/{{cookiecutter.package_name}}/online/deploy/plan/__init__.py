"""What a command would do to the real database, and why it would not end; nothing is changed."""
