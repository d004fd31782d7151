#!/usr/bin/env bash
# Alembic 1.20.1 writes the backslash in a table's name as it is into op.create_table_comment, so that
# the revision comments on another table than the one that it creates.
#
# A backslash is an ordinary character in a name to PostgreSQL, MySQL and SQLite. op.create_table in the
# same revision gets the name by repr(), and one would guess that the comment does too. Seen: for
# "log\file" the comment is on a table whose name has one form feed in place of two characters.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet alembic==1.20.1 sqlalchemy==2.1.9
cat >"$work/try.py" <<'PYTHON'
import ast
import sys

import alembic
import sqlalchemy as sa
from alembic.autogenerate import render_python_code
from alembic.operations import ops

NAME = "log\\file"
table = sa.Table(NAME, sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True))
code = render_python_code(
    ops.UpgradeOps([ops.CreateTableOp.from_table(table), ops.CreateTableCommentOp(NAME, "why")])
)
lines = [line.strip() for line in code.splitlines() if not line.strip().startswith("#")]
named = {
    call.value.func.attr: call.value.args[0].value for call in ast.parse("\n".join(lines)).body
}
assert named["create_table"] == NAME, named
if named["create_table_comment"] == NAME:
    sys.exit("the comment is on the table that is created now")
assert named["create_table_comment"] == "log\x0cile", named
print(f"As found: {named} (Alembic {alembic.__version__}).")
PYTHON
"$work/venv/bin/python" "$work/try.py"
