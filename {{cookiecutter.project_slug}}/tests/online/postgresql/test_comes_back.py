"""Catches what is lost on the way back: comments of rules, when a rule is looked at, how a key is numbered."""

import pytest

from ..support import Database, Sandbox
from .test_evolutions import Evolution, job, leads_there_and_back

SAID = 'comment="it\'s :so 5%"'
NUMBER, BOSS = 'sa.Column("n", sa.Integer)', 'sa.Column("boss", sa.Integer)'
RULES = {
    "a CHECK": 'sa.CheckConstraint("n > 0", name="rule", SAID)',
    "a unique rule": 'sa.UniqueConstraint("n", name="rule", SAID)',
    "a deferrable unique rule": 'sa.UniqueConstraint("n", name="rule", deferrable=True, SAID)',
    "a foreign key": 'sa.ForeignKeyConstraint(["boss"], ["job.id"], name="rule", SAID)',
}
TAG = 'sa.Table("tag", m, sa.Column("id", sa.Integer, primary_key=True), RULES)'
OF_TAG = (
    'sa.Column("a", sa.Integer, sa.ForeignKey("job.id", name="refers", SAID)), '
    'sa.CheckConstraint("a > 0", name="rule", SAID), '
    'sa.UniqueConstraint("a", name="one", deferrable=True, initially="DEFERRED", SAID), '
    'sa.UniqueConstraint("a", "id", name="two", deferrable=True)'
)
# Tables that are not as others.
ODD = {
    "an unlogged table": TAG.replace("RULES", 'prefixes=["UNLOGGED"]'),
    "a partitioned table": 'sa.Table("tag", m, sa.Column("id", sa.Integer, primary_key=True, '
    'autoincrement=False), postgresql_partition_by="RANGE (id)")',
    "a table whose key is looked at late": 'sa.Table("tag", m, sa.Column("id", sa.Integer), '
    'sa.PrimaryKeyConstraint("id", name="it\'s a key", deferrable=True, initially="DEFERRED"))',
    "a table that inherits": 'sa.Table("tag", m, postgresql_inherits="job")',
    "a table with its sequence": 'sa.Table("tag", m, sa.Column("id", sa.Integer, '
    'sa.Sequence("other", start=5), primary_key=True))',
}


def rules(*parts: str) -> str:
    """Return a table with a number, a reference, and rules with a comment."""
    return job(NUMBER, BOSS, *(part.replace("SAID", SAID) for part in parts))


def numbered(how: str) -> str:
    """Return a table whose key is an identity of this kind."""
    return f'sa.Table("job", m, sa.Column("id", sa.Integer, sa.Identity({how}), primary_key=True))'


def unique(column: str, said: str = SAID) -> str:
    """Return a unique rule of one name, whatever its column."""
    return f'sa.UniqueConstraint("{column}", name="rule", {said})'


EVOLUTIONS = {
    **{
        f"{what} goes with its comment": Evolution(rules(rule), rules(), "drop_")
        for what, rule in RULES.items()
    },
    **{
        f"{what} comes with its comment": Evolution(rules(), rules(rule), "comment_on_constraint")
        for what, rule in RULES.items()
    },
    **{
        f"{what} goes with its comment and its columns": Evolution(rules(rule), job(), "drop_")
        for what, rule in RULES.items()
    },
    **{
        f"{what} with a comment gets another name": Evolution(
            rules(rule), rules(rule.replace('"rule"', '"named"')), "rename_constraint"
        )
        for what, rule in RULES.items()
    },
    "a rule gets another name and loses its comment": Evolution(
        rules(unique("n")), rules(unique("n", "").replace("rule", "named")), "rename_constraint"
    ),
    "a rule moves to another column with its comment": Evolution(
        rules(unique("n")), rules(unique("boss")), "comment_on_constraint"
    ),
    "a rule moves to another column and gets another comment": Evolution(
        rules(unique("n")), rules(unique("boss", 'comment="b"')), "comment_on_constraint"
    ),
    "a rule moves to another column without its comment": Evolution(
        rules(unique("n")), rules(unique("boss", "")), "drop_constraint"
    ),
    "a key of a new table rests on a rule of the same change, and has a comment": Evolution(
        rules(),
        f"{rules(unique('n'))}; "
        + TAG.replace("RULES", f'sa.Column("n", sa.ForeignKey("job.n", name="late", {SAID}))'),
        "comment_on_constraint",
    ),
    "a CHECK changes and loses its comment": Evolution(
        rules(RULES["a CHECK"]),
        rules(RULES["a CHECK"].replace(", SAID", "").replace("> 0", "> 1")),
        "swap_constraint",
    ),
    "a key gets a column, and keeps its comment": Evolution(
        f'sa.Table("job", m, sa.Column("a", sa.Integer), sa.Column("b", sa.Integer, nullable=False), '
        f'sa.PrimaryKeyConstraint("a", name="pk", {SAID}))',
        f'sa.Table("job", m, sa.Column("a", sa.Integer), sa.Column("b", sa.Integer, nullable=False), '
        f'sa.PrimaryKeyConstraint("a", "b", name="pk", {SAID}))',
        "replace_primary_key",
    ),
    "a table goes with the comments of its rules": Evolution(
        f"{job()}; {TAG.replace('RULES', OF_TAG).replace('SAID', SAID)}", job(), "drop_table"
    ),
    **{
        f"{what} goes": Evolution(f"{job()}; {tag}", job(), "drop_table")
        for what, tag in ODD.items()
    },
    **{
        f"{what} comes": Evolution(job(), f"{job()}; {tag}", "create_table")
        for what, tag in ODD.items()
    },
    "an identity is always generated no more": Evolution(
        numbered("always=True, start=7"), numbered(""), "set_numbering"
    ),
    "an identity is always generated from now on": Evolution(
        numbered(""), numbered("always=True, start=7"), "set_numbering"
    ),
    "an identity counts otherwise": Evolution(
        numbered("start=5, increment=5"), numbered("maxvalue=32767, cycle=True"), "set_numbering"
    ),
    "an identity that is always generated counts down": Evolution(
        numbered("always=True"), numbered("always=True, increment=-1"), "set_numbering"
    ),
    "an identity begins below nought": Evolution(
        numbered(""), numbered("start=1, minvalue=-5, cache=20"), "set_numbering"
    ),
}


@pytest.mark.parametrize("name", EVOLUTIONS)
async def test_it_leads_there_and_back(name: str, sandbox: Sandbox, database: Database) -> None:
    await leads_there_and_back(EVOLUTIONS[name], sandbox, database)
