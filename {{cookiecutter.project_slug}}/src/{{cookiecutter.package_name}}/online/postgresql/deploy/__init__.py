"""What a deploy asks of PostgreSQL."""
