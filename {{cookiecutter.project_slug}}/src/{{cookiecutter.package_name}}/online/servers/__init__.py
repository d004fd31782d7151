"""What databases share that are servers: sessions of others, URLs with a password."""
