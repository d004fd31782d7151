"""Revisions for ``test_proof.py``: what the generated proof must catch, and what it must not."""
