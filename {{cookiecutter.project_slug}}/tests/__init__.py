"""The service's own tests: a real database, no Docker, seconds."""
