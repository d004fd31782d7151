"""The migration environment: what Alembic loads, shipped inside the wheel."""
