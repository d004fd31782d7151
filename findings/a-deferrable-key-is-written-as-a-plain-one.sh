#!/usr/bin/env bash
# Alembic 1.20.1 with SQLAlchemy 2.1.9: autogenerate writes a DEFERRABLE primary key without DEFERRABLE.
#
# The renderer of UniqueConstraint and of ForeignKeyConstraint says deferrable and initially; that of
# PrimaryKeyConstraint says the name alone. What create_all makes of the same models is deferrable, what
# the first revision makes is not.
#
# Seen: DEFERRABLE INITIALLY DEFERRED behind the key in the DDL of the models; deferrable=True in the
# rendered unique constraint of the same table, and only name= in its primary key.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet alembic==1.20.1 sqlalchemy==2.1.9
cat >"$work/try.py" <<'PYTHON'
import sys

import alembic
import sqlalchemy as sa
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.runtime.migration import MigrationContext
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

LATE = {"deferrable": True, "initially": "DEFERRED"}
models = sa.MetaData()
thing = sa.Table(
    "thing",
    models,
    sa.Column("id", sa.Integer, nullable=False),
    sa.Column("code", sa.Text),
    sa.PrimaryKeyConstraint("id", name="pk_thing", **LATE),
    sa.UniqueConstraint("code", name="uq_thing", **LATE),
)
ddl = str(CreateTable(thing).compile(dialect=postgresql.dialect()))
key = next(line for line in ddl.splitlines() if "PRIMARY KEY" in line)
assert "DEFERRABLE INITIALLY DEFERRED" in key, ddl

# The rendering is the same on every database; an empty one is at hand here.
with sa.create_engine("sqlite://").connect() as connection:
    script = produce_migrations(MigrationContext.configure(connection), models)
text = render_python_code(script.upgrade_ops)
lines = {kind: [line for line in text.splitlines() if kind in line] for kind in ("Primary", "Unique")}
[unique], [primary] = lines["Unique"], lines["Primary"]
assert "deferrable=True" in unique, text
if "deferrable" in primary:
    sys.exit(f"the key is rendered whole now: {primary.strip()}")
print(f"As found (Alembic {alembic.__version__}): {primary.strip()} beside {unique.strip()}")
PYTHON
"$work/venv/bin/python" "$work/try.py"
