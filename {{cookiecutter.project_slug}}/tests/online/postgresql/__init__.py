"""What the tests know of PostgreSQL, and its own tests."""
