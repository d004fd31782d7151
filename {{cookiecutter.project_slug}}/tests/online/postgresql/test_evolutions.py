"""Catches a change of several tables, or of hard names, that does not lead to the models and back."""

from dataclasses import dataclass

import pytest
from alembic import command

from {{ cookiecutter.package_name }}.online.database import snapshot
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError
from {{ cookiecutter.package_name }}.online.write.snapshot import differences

from ..support import Database, Sandbox, upgrades
from .catalogue.models import models
from .scratch import scratch_database
from .test_reconcile import created_from, kept_by

KEY = 'sa.Column("id", sa.Integer, primary_key=True)'
PLAIN = 'sa.Column("id", sa.Integer, primary_key=True, autoincrement=False)'
HARD = ("a :word", "b%s", "c'\\\"d", "$unique$")


def job(*parts: str) -> str:
    """Return a table with further *parts*."""
    return f'sa.Table("job", m, {", ".join((KEY, *parts))})'


@dataclass(frozen=True)
class Evolution:
    """Models before and after, and one of the operations that lead there."""

    before: str
    after: str
    operation: str
    allow: str = ""


def hard(name: str) -> Evolution:
    """Return a change in which everything has this *name*."""
    names = f'n = "{name}"'
    before = f"{names}; sa.Table(n, m, {PLAIN}, sa.Column(n, sa.Text), schema=n)"
    rule = 'sa.CheckConstraint(sa.column(n) != n, name="c" + n)'
    after = (
        f"{names}; sa.Table(n, m, {PLAIN}, sa.Column(n, sa.Text, nullable=False, server_default=n, "
        f'comment=n), sa.Column("e", sa.Enum(n, "z", name="e" + n, schema=n)), '
        'sa.Column("d", pg.DOMAIN("d" + n, sa.Text, schema=n)), '
        f'sa.UniqueConstraint(n, name="u" + n), {rule}, '
        'sa.ForeignKeyConstraint(["id"], [sa.Table("p", m, sa.Column("id", sa.Integer, '
        'primary_key=True, autoincrement=False), schema=n).c.id], name="f" + n), sa.Index("i" + n, n, '
        "postgresql_where=sa.column(n) != n), schema=n); "
        'sa.Sequence("s" + n, metadata=m, schema=n)'
    )
    return Evolution(before, after, "create_unique_using_index")


EVOLUTIONS = {
    "a covering index on a table that is there": Evolution(
        job('sa.Column("name", sa.Text)', 'sa.Column("cost", sa.Integer)'),
        job(
            'sa.Column("name", sa.Text)',
            'sa.Column("cost", sa.Integer)',
            'sa.Index("ix_job_name", "name", postgresql_include=["cost"])',
        ),
        "create_index_concurrently",
    ),
    "a key whose only reference goes in the same change": Evolution(
        'sa.Table("team", m, sa.Column("name", sa.String(20), primary_key=True)); '
        + job('sa.Column("team", sa.ForeignKey("team.name"))'),
        'sa.Table("team", m, sa.Column("space", sa.String(20), primary_key=True, '
        'server_default="a"), sa.Column("name", sa.String(20), primary_key=True)); '
        + job(
            'sa.Column("space", sa.String(20), server_default="a")',
            'sa.Column("team", sa.String(20))',
            'sa.ForeignKeyConstraint(["space", "team"], ["team.space", "team.name"])',
        ),
        "replace_primary_key",
    ),
    "the sequence of a serial grows with its column": Evolution(
        job(),
        'sa.Table("job", m, sa.Column("id", sa.BigInteger, primary_key=True))',
        "alter_sequence",
        allow="type_change",
    ),
    "two columns that are rewritten": Evolution(
        job('sa.Column("a", sa.Integer)', 'sa.Column("b", sa.Integer)'),
        job('sa.Column("a", sa.BigInteger)', 'sa.Column("b", sa.BigInteger)'),
        "alter_column",
        allow="type_change",
    ),
    "lengths that come, go and grow": Evolution(
        job(
            'sa.Column("a", sa.String(5))',
            'sa.Column("c", sa.Numeric(8, 2))',
            'sa.Column("d", sa.String(5))',
        ),
        job(
            'sa.Column("a", sa.String)',
            'sa.Column("c", sa.Numeric)',
            'sa.Column("d", sa.String(9))',
        ),
        "alter_column",
    ),
    "a sequence of its own for a key": Evolution(
        'sa.Table("other", m, sa.Column("id", sa.Integer, primary_key=True))',
        'sa.Table("other", m, sa.Column("id", sa.Integer, primary_key=True)); sa.Table("ticket", m, '
        'sa.Column("id", sa.BigInteger, sa.Sequence("ticket_id_seq"), primary_key=True))',
        "create_table",
    ),
    "a table that refers to a rule of the same change": Evolution(
        job('sa.Column("code", sa.Text)'),
        job('sa.Column("code", sa.Text, unique=True)')
        + f'; sa.Table("token", m, {KEY}, sa.Column("code", sa.ForeignKey("job.code")))',
        "create_unique_using_index",
    ),
    "a number of types with an impl": Evolution(
        job(),
        job(
            'sa.Column("span", sa.Interval)',
            'sa.Column("kept", sa.PickleType)',
            'sa.Column("own", type("Own", (sa.types.TypeDecorator,), {"impl": sa.String(7), '
            '"cache_ok": True})())',
        ),
        "add_column",
    ),
    **{f"hard name {name}": hard(name) for name in HARD},
}

REFUSED = {
    "an index on an expression of the column": (
        job('sa.Column("name", sa.String(20))', 'sa.Index("ix_lower", sa.text("lower(name)"))'),
        job('sa.Column("name", sa.String(40))', 'sa.Index("ix_lower", sa.text("lower(name)"))'),
        "ix_lower anew",
    ),
    "a generated column computed from the column": (
        job(
            'sa.Column("name", sa.String(20))',
            'sa.Column("up", sa.Text, sa.Computed("upper(name)", persisted=True))',
        ),
        job(
            'sa.Column("name", sa.String(40))',
            'sa.Column("up", sa.Text, sa.Computed("upper(name)", persisted=True))',
        ),
        "generated column",
    ),
    "a key column that goes": (
        'sa.Table("job", m, sa.Column("a", sa.Text, primary_key=True), '
        'sa.Column("b", sa.Text, primary_key=True))',
        'sa.Table("job", m, sa.Column("a", sa.Text, primary_key=True))',
        "leaves the primary key",
    ),
}


@pytest.mark.parametrize("name", EVOLUTIONS)
async def test_it_leads_there_and_back(name: str, sandbox: Sandbox, database: Database) -> None:
    await leads_there_and_back(EVOLUTIONS[name], sandbox, database)


async def leads_there_and_back(evolution: Evolution, sandbox: Sandbox, database: Database) -> None:
    """Assert that autogenerate leads to the models after, back, and there again; offline, too."""
    after = models(evolution.after)
    sandbox.revise(models(evolution.before))
    sandbox.upgrade()
    start = await kept_by(database)
    scripts = sandbox.revise(after, allow=evolution.allow or None)
    assert any(name.startswith(evolution.operation) for name in upgrades(scripts))
    sandbox.upgrade()
    wanted = await created_from(after)
    assert differences(wanted, await kept_by(database)) == []
    command.check(sandbox.config(after))
    sandbox.downgrade(f"-{len(scripts)}")
    left = differences(start, await kept_by(database))
    assert [one for one in left if not snapshot.may_stay(one)] == []
    sandbox.upgrade()
    assert differences(wanted, await kept_by(database)) == []
    async with scratch_database() as url:
        by_script = Database(url)
        await by_script.run_script(sandbox.sql())
        assert differences(wanted, await kept_by(by_script)) == []


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused(name: str, sandbox: Sandbox) -> None:
    before, after, said = REFUSED[name]
    sandbox.revise(models(before))
    with pytest.raises(DatabaseError, match=said):
        sandbox.revise(models(after))
