"""``op.backfill`` and our other operations: what a revision does when it runs."""
