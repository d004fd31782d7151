#!/usr/bin/env bash
# Alembic 1.20.1 with alembic-postgresql-enum 1.11.0: of two operations with one name the later import wins.
#
# Operations.register_operation replaces what was registered under a name without a word. Since
# alembic-postgresql-enum has op.add_enum_value (schema, type, value), a project that has registered an
# operation of its own by that name loses it as soon as env.py imports the library: its old revisions
# then call the library's with their own arguments. Which one a revision gets depends on the order of
# imports alone.
#
# Seen: op.add_enum_value("hue", "red", after="blue") of the project's own works before the import and is a
# TypeError about "after" behind it; no warning is given.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet sqlalchemy==2.1.9 alembic==1.20.1 alembic-postgresql-enum==1.11.0
cat >"$work/try.py" <<'PYTHON'
import importlib
import sys
import warnings

import alembic
import sqlalchemy as sa
from alembic.operations import MigrateOperation, Operations
from alembic.runtime.migration import MigrationContext

said: list[tuple[str, str, str]] = []


@Operations.register_operation("add_enum_value")
class AddValue(MigrateOperation):
    """An operation of the project's own."""

    @classmethod
    def add_enum_value(cls, operations: Operations, type_: str, value: str, after: str) -> None:
        """Note what was asked."""
        said.append((type_, value, after))


def revision() -> None:
    """Do what a revision of the project does."""
    with sa.create_engine("sqlite://").connect() as connection:
        with Operations.context(MigrationContext.configure(connection)) as op:
            op.add_enum_value("hue", "red", after="blue")


revision()
assert said == [("hue", "red", "blue")]
with warnings.catch_warnings(record=True) as given:
    warnings.simplefilter("always")
    importlib.import_module("alembic_postgresql_enum")
assert not [one for one in given if "add_enum_value" in str(one.message)]
try:
    revision()
except TypeError as error:
    assert "after" in str(error), error
    print(f"As found (Alembic {alembic.__version__}): {error}")
else:
    sys.exit("the project's own operation is still there")
PYTHON
"$work/venv/bin/python" "$work/try.py"
