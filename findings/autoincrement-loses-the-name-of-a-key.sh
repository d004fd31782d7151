#!/usr/bin/env bash
# SQLAlchemy 2.1.9 on SQLite: with sqlite_autoincrement=True a primary key loses its name.
#
# SQLite takes AUTOINCREMENT only beside the column, so SQLAlchemy writes PRIMARY KEY there instead of
# the table's constraint. SQLite would take CONSTRAINT and a name at that place as well; they are left
# out, whether the name was given or comes from a naming convention. Reflection then finds a key
# without a name, and a tool that compares names finds a difference that no migration takes away.
#
# Seen: "id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT", and get_pk_constraint says name None; without
# AUTOINCREMENT it says pk_thing. SQLite keeps the name where one writes it by hand.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet sqlalchemy==2.1.9
cat >"$work/try.py" <<'PYTHON'
import sqlite3
import sys

import sqlalchemy as sa

BY_HAND = "CREATE TABLE hand (id INTEGER NOT NULL CONSTRAINT pk_hand PRIMARY KEY AUTOINCREMENT)"


def name_of_key(*, autoincrement: bool) -> str | None:
    """Return the name that the key of a new table has in the database."""
    models = sa.MetaData(naming_convention={"pk": "pk_%(table_name)s"})
    key = sa.Column("id", sa.Integer, primary_key=True)
    sa.Table("thing", models, key, sqlite_autoincrement=autoincrement)
    with sa.create_engine("sqlite://").connect() as connection:
        models.create_all(connection)
        return sa.inspect(connection).get_pk_constraint("thing")["name"]


sqlite3.connect(":memory:").execute(BY_HAND)
assert name_of_key(autoincrement=False) == "pk_thing"
found = name_of_key(autoincrement=True)
if found == "pk_thing":
    sys.exit("a key with AUTOINCREMENT keeps its name now")
assert found is None, found
print(f"As found (SQLAlchemy {sa.__version__}, SQLite {sqlite3.sqlite_version}): the key has no name.")
PYTHON
"$work/venv/bin/python" "$work/try.py"
