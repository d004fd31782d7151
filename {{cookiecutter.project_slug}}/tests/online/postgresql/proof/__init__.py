"""The proof that no revision stops live traffic; ``walk.py`` tells it from the beginning.

One scratch database is walked upward, revision by revision. Before each one, every table has
rows (``rows.py``); while it runs, the server itself reports after each statement which locks are
held and what was read, rewritten and written (``watch.py``, ``look.py``); ``judge.py`` says which
of that would stop other clients. After each expand, the statements that the previous release's
code would send are sent again (``releases.py``).
"""
