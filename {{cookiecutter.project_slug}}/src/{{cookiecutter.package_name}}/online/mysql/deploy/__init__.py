"""What a deploy asks of MySQL."""
