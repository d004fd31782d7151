"""How PostgreSQL is reached."""
