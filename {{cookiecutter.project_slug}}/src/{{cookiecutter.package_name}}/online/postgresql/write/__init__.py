"""What is compared and written on PostgreSQL."""
