"""The catalogue: what autogenerate writes for each kind of change."""
