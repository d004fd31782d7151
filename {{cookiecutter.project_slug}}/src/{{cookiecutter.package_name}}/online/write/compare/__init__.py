"""What is found: the parts of our comparisons that all databases share."""
