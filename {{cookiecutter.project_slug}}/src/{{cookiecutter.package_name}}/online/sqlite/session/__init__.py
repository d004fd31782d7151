"""How SQLite is reached."""
