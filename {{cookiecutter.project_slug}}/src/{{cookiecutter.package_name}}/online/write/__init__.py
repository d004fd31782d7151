"""From a changed model to a revision: what is compared, rewritten, ordered and written."""
