"""What the tests know of SQLite, and its own tests."""
