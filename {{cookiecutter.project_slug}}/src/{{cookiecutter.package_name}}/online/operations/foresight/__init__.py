"""What an operation will do and ask of the rows, told before it runs."""
