"""What runs in the service's own interpreter: one row of the catalogue, from models to proof."""
