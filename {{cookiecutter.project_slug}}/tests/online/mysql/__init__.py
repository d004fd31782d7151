"""What the tests know of MySQL, and its own tests."""
