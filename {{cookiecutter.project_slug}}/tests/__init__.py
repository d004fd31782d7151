"""The service's own tests: a real PostgreSQL, no Docker, seconds."""
