#!/usr/bin/env bash
# A generated column of a plain Mapped[int] is nullable to SQLAlchemy 2.1.9 on MariaDB and NOT NULL to
# the revision that Alembic 1.20.1 writes of the same model, which MariaDB takes for a syntax error.
#
# SQLAlchemy leaves NOT NULL out where the model does not say it in so many words, and create_all works.
# Alembic writes nullable=False into the column, which to SQLAlchemy is the model's own word. One would
# guess that a model which create_all can make can be migrated to.
#
# Seen: the two statements below, on a dialect of MariaDB's without a server. By hand, on MariaDB 10.11.19:
# a generated column is made without NOT NULL, and refused with it (error 1064), VIRTUAL or PERSISTENT.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet "alembic==1.20.1" "sqlalchemy==2.1.9"

cat >"$work/seen.py" <<'PYTHON'
import sqlalchemy as sa
from alembic.autogenerate import render_python_code
from alembic.operations import ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy.dialects.mysql import mariadb
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.schema import CreateTable


class Base(DeclarativeBase):
    pass


class Parcel(Base):
    __tablename__ = "parcel"
    id: Mapped[int] = mapped_column(primary_key=True)
    weight: Mapped[int]
    twice: Mapped[int] = mapped_column(sa.Computed("weight * 2"))


def twice(table, dialect):
    text = str(CreateTable(table).compile(dialect=dialect))
    return next(line.strip(" ,") for line in map(str.strip, text.splitlines()) if "twice" in line)


dialect = mariadb.MariaDBDialect()
code = render_python_code(
    ops.UpgradeOps([ops.CreateTableOp.from_table(Parcel.__table__)]),
    migration_context=MigrationContext.configure(dialect=dialect),
)
line = next(line.strip(" ,") for line in code.splitlines() if "'twice'" in line)
written = sa.Table("parcel", sa.MetaData(), eval(line, {"sa": sa}))
print("the model, as create_all sends it:", twice(Parcel.__table__, dialect))
print("the revision's column:            ", twice(written, dialect))
PYTHON
said=$("$work/venv/bin/python" "$work/seen.py")
echo "$said"
grep -q "create_all sends it: .*GENERATED ALWAYS AS (weight \* 2)$" <<<"$said"
grep -q "revision's column: .*GENERATED ALWAYS AS (weight \* 2) NOT NULL$" <<<"$said"
