#!/usr/bin/env bash
# SQLAlchemy 2.1.9: a CHECK that was reflected is created again with another rule, in silence, where its
# text holds a colon before a word.
#
# The rule's text goes through sqlalchemy.text(), which takes ":noon" for a parameter, were it inside
# quotes. DDL has no parameters, so the missing value is written out as NULL. Who copies a schema by
# MetaData.reflect and create_all, or lets Alembic write the downgrade of a constraint that goes, gets a
# rule that forbids something else, and no error.
#
# Seen: CHECK (note <> 'at :noon') comes back as CHECK (note <> 'at NULL').
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet sqlalchemy==2.1.9
cat >"$work/try.py" <<'PYTHON'
import sys

import sqlalchemy as sa

RULE = "note <> 'at :noon'"
KEPT = "SELECT sql FROM sqlite_schema"

with sa.create_engine("sqlite://").connect() as connection:
    connection.exec_driver_sql(f"CREATE TABLE thing (note TEXT, CONSTRAINT plain CHECK ({RULE}))")
    assert RULE in connection.exec_driver_sql(KEPT).scalar_one()
    models = sa.MetaData()
    models.reflect(connection)
    connection.exec_driver_sql("DROP TABLE thing")
    models.create_all(connection)
    again = connection.exec_driver_sql(KEPT).scalar_one()
if RULE in again:
    sys.exit("a reflected rule keeps its colon now")
assert "CHECK (note <> 'at NULL')" in again, again
print(f"As found (SQLAlchemy {sa.__version__}): {RULE} comes back as note <> 'at NULL'.")
PYTHON
"$work/venv/bin/python" "$work/try.py"
