"""What a deploy asks of SQLite."""
