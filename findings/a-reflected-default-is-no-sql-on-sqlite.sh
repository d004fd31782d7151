#!/usr/bin/env bash
# SQLAlchemy 2.1.9 on SQLite: a reflected default that begins with a parenthesis is written back without
# the pair around it, which is a syntax error.
#
# SQLite wants an expression in DEFAULT in parentheses, and its PRAGMA table_info returns it without
# them. SQLAlchemy puts them back, but not where the text begins with "(": "(1) + (1)" begins and ends
# with one, and is no whole. So a table that was read cannot be made again: neither by
# MetaData.create_all nor by Alembic's batch mode, which makes the table anew for any change.
#
# Seen: sqlite3.OperationalError: near "+": syntax error, for DEFAULT (1) + (1). With DEFAULT (1 + 1)
# reflection and creation agree.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet sqlalchemy==2.1.9
cat >"$work/try.py" <<'PYTHON'
import sqlite3
import sys

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError


def made_again(default: str) -> str:
    """Return "made", or what goes wrong when a table with this default is read and made again."""
    with sa.create_engine("sqlite://").connect() as connection:
        connection.exec_driver_sql(f"CREATE TABLE thing (n INTEGER DEFAULT ({default}))")
        models = sa.MetaData()
        models.reflect(connection)
        connection.exec_driver_sql("DROP TABLE thing")
        try:
            models.create_all(connection)
        except OperationalError as error:
            return str(error.orig)
    return "made"


assert made_again("1 + 1") == "made", made_again("1 + 1")
found = made_again("(1) + (1)")
if found == "made":
    sys.exit("a default in two pairs of parentheses is made again now")
assert found == 'near "+": syntax error', found
print(f"As found: {found} (SQLAlchemy {sa.__version__}, SQLite {sqlite3.sqlite_version}).")
PYTHON
"$work/venv/bin/python" "$work/try.py"
