"""The proof makes rows for hard schemas by itself, and asks for help where it cannot."""

import pytest
from proof.run import LOCKS, RELEASES, prove, write
from service import Service
from test_hard_models import models

__all__ = ["models"]

TOO_CLEVER = """op.create_table(
    "account",
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("code", sa.Text, sa.CheckConstraint("md5(code) LIKE 'ab%'", name="code"), nullable=False),
)"""
FACTORIES = """
import hashlib
CODES = [str(n) for n in range(20000) if hashlib.md5(str(n).encode()).hexdigest()[:2] == "ab"]
FACTORIES = {"account": lambda n: {"code": CODES[n], "not_there_yet": "1"}}
"""
CYCLES = [
    # Neither of two tables can be first; a row that is its own parent; one row each; two keys.
    "CREATE TABLE a (id bigint PRIMARY KEY, b_id bigint NOT NULL)",
    "CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint NOT NULL REFERENCES a)",
    "ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b",
    "CREATE TABLE node (id bigint PRIMARY KEY, parent_id bigint NOT NULL REFERENCES node)",
    "CREATE TABLE profile (a_id bigint PRIMARY KEY REFERENCES a, bio text)",
    "CREATE TABLE picture (profile_id bigint UNIQUE NOT NULL REFERENCES profile)",
    "CREATE TABLE ab (a_id bigint REFERENCES a, b_id bigint REFERENCES b, PRIMARY KEY (a_id, b_id))",
    # Few rows, or none but one, may exist.
    "CREATE TABLE setting (id integer PRIMARY KEY CHECK (id = 1), name text NOT NULL)",
    "CREATE TABLE flag (on_off boolean PRIMARY KEY)",
    # CHECKs that say what they want, and values that must not meet.
    "CREATE TABLE price (id serial, currency char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'), "
    "kind text NOT NULL CHECK (kind IN ('net', 'gross')), low numeric(4,2) NOT NULL, "
    "high numeric(4,2) NOT NULL, mail text NOT NULL CHECK (mail LIKE '%@%'), "
    "share numeric(2,2) NOT NULL, CHECK (low < high AND high < 100))",
    "CREATE TABLE stay (during daterange NOT NULL, EXCLUDE USING gist (during WITH &&))",
    "CREATE TABLE event (at date NOT NULL, name text) PARTITION BY RANGE (at)",
    "CREATE TABLE event_2024 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
]
COUNT = """DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT oid::regclass FROM pg_class WHERE relnamespace = 'public'::regnamespace
        AND relkind IN ('r', 'p') AND relname NOT LIKE 'alembic_version%'
    LOOP EXECUTE format('DO $x$ BEGIN ASSERT EXISTS (SELECT FROM %s), %L; END $x$', name, name);
    END LOOP; END $$"""


@pytest.mark.slow
def test_hard_models_get_rows(models: str, service: Service) -> None:
    """Every table of the hard models has rows when the next revision runs."""
    write(service, "count", f'op.execute("""{COUNT}""")')
    assert prove(service, code=0) == {}


@pytest.mark.slow
def test_cycles_and_narrow_tables_get_rows(service: Service) -> None:
    """Keys in circles, tables with room for one row, CHECKs that name their values."""
    service.cli("db", "revision", "--first")
    write(service, "tables", "\n".join(f'op.execute("{statement}")' for statement in CYCLES))
    write(service, "count", f'op.execute("""{COUNT}""")')
    assert prove(service, code=0) == {}


@pytest.mark.slow
def test_check_that_defeats_it_asks_for_a_factory(service: Service) -> None:
    """The message names the table and the file; with the factory the proof passes."""
    service.cli("db", "revision", "--first")
    write(service, "account", TOO_CLEVER)
    write(service, "later", 'op.add_column("account", sa.Column("note", sa.Text))')
    failed = prove(service, code=1)
    assert set(failed) == {(LOCKS, "later"), (RELEASES, "later")}
    assert "No row could be made for account" in failed[LOCKS, "later"]
    assert 'Write a factory for "account" in tests/factories.py' in failed[LOCKS, "later"]
    (service.folder / "tests/factories.py").write_text(FACTORIES, encoding="utf-8")
    assert prove(service, code=0) == {}


@pytest.mark.slow
def test_error_of_a_revision_is_told_once(service: Service) -> None:
    """A backfill without its value fails on made-up rows; what comes after is not reached."""
    service.cli("db", "revision", "--first")
    write(
        service,
        "unset",
        'op.add_column("invoice", sa.Column("number", sa.Text))\n'
        'op.backfill("invoice", "number", value=...)',
    )
    write(service, "after", 'op.add_column("invoice", sa.Column("note", sa.Text))')
    failed = prove(service, code=1)
    assert "nobody has said which value invoice.number gets" in failed[LOCKS, "unset"]
    assert "Not reached: revision unset failed." in failed[LOCKS, "after"]
