"""How MySQL is reached."""
