#!/usr/bin/env bash
# Alembic 1.20.1 with SQLAlchemy 2.1.9: to ask an operation for the CHECK it would add changes the models.
#
# CreateCheckConstraintOp.from_constraint(check).to_constraint() makes a constraint of the same
# condition on a table of Alembic's own. Where the condition is an expression on the model's columns,
# as an Enum's labels are, SQLAlchemy finds the model's table in it and attaches the new constraint
# there, too. Each look adds one; create_all then writes the rule as often.
#
# Seen: after three looks the model's table has the rule of Enum(native_enum=False) four times, and
# CREATE TABLE says it four times. With a condition in text nothing of the kind happens.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet sqlalchemy==2.1.9 alembic==1.20.1
cat >"$work/try.py" <<'PYTHON'
import sys

import alembic
import sqlalchemy as sa
from alembic.operations.ops import CreateCheckConstraintOp

LOOKS = 3


def after_looks(table: sa.Table) -> int:
    """Return how many CHECKs the table has after some looks at its only one."""
    [check] = (rule for rule in table.constraints if isinstance(rule, sa.CheckConstraint))
    for _ in range(LOOKS):
        CreateCheckConstraintOp.from_constraint(check).to_constraint()
    return str(sa.schema.CreateTable(table)).count("CHECK (")


labels = sa.Enum("x", "y", name="word", native_enum=False, create_constraint=True)
by_labels = sa.Table("one", sa.MetaData(), sa.Column("word", labels))
rule = sa.CheckConstraint("n > 0", name="positive")
by_text = sa.Table("two", sa.MetaData(), sa.Column("n", sa.Integer), rule)
assert after_looks(by_text) == 1
found = after_looks(by_labels)
if found == 1:
    sys.exit("a look leaves the models alone now")
assert found == 1 + LOOKS, found
versions = f"Alembic {alembic.__version__}, SQLAlchemy {sa.__version__}"
print(f"As found ({versions}): after {LOOKS} looks the rule stands {found} times.")
PYTHON
"$work/venv/bin/python" "$work/try.py"
