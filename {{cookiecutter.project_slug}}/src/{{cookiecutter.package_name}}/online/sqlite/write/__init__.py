"""What is compared and written on SQLite."""
