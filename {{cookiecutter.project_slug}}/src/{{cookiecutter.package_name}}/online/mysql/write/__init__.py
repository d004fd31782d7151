"""What is compared and written on MySQL."""
