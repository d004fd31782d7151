"""A release's worth of change at once: what stock autogenerate gets into the wrong order.

Foreign keys on columns that come in the same change; tables, unique constraints and primary keys
that go while keys rest on them; cycles of new and of dropped keys; enums new, shared, left behind;
names beyond 63 characters; schemas.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

LONG = "a_name_that_is_far_longer_than_postgresql_keeps_of_an_identifier"
OTHER = {"renamed_from": None}


def _id() -> sa.Column[Any]:
    return sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True)


def before(convention: dict[str, str]) -> sa.MetaData:
    """Return the models of the release before."""
    m = sa.MetaData(naming_convention=convention)
    sa.Table("customer", m, _id(), sa.Column("code", sa.Text, unique=True, nullable=False))
    sa.Table(
        "invoice",
        m,
        _id(),
        sa.Column("customer_code", sa.ForeignKey("customer.code")),
        sa.Column("state", sa.Enum("new", "paid", name="state")),
        sa.Column("old_state", sa.Enum("on", "off", name="old_state"), nullable=False),
        sa.Column("note", sa.String(20)),
    )
    # Three tables that go together, in a cycle, one of them referenced from outside.
    sa.Table("left", m, _id(), sa.Column("right_id", sa.ForeignKey("right.id", use_alter=True)))
    sa.Table("right", m, _id(), sa.Column("left_id", sa.ForeignKey("left.id")))
    sa.Table("child", m, _id(), sa.Column("left_id", sa.ForeignKey("left.id"), index=True))
    # A primary key over other columns, and a table whose unique constraint a dropped key uses.
    sa.Table("tag", m, _id(), sa.Column("word", sa.Text, nullable=False))
    sa.Table("place", m, _id(), sa.Column("zip", sa.Text, unique=True))
    sa.Table("shop", m, _id(), sa.Column("zip", sa.ForeignKey("place.zip")))
    sa.Table(
        LONG[:50],
        m,
        _id(),
        sa.Column(LONG[:40], sa.Integer),
        sa.Column(LONG[:45], sa.BigInteger),
        sa.Column(LONG[:44], sa.BigInteger),
    )
    for number in range(30):
        name, count = sa.Column("name", sa.String(20)), sa.Column("n", sa.Integer)
        sa.Table(f"bulk_{number}", m, _id(), name, count)
    return m


def after(convention: dict[str, str]) -> sa.MetaData:
    """Return the models of the release that comes."""
    m = sa.MetaData(naming_convention=convention)
    state = sa.Enum("new", "sent", "paid", name="state")
    mood = sa.Enum("glad", "sad", name="mood")
    sa.Table(
        "customer",
        m,
        _id(),
        # The key that rested on "code" goes, and with it the constraint.
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("mood", mood),
        sa.Column("external", sa.Uuid, unique=True),
    )
    sa.Table(
        "invoice",
        m,
        _id(),
        sa.Column("customer_id", sa.ForeignKey("customer.id"), index=True, info=OTHER),
        sa.Column("state", state),
        sa.Column("moods", pg.ARRAY(mood)),
        sa.Column("note", sa.Text),
        sa.Column("slug", sa.Text, nullable=False, info={"backfill": "'s' || id"}),
        sa.Index("ix_lower", sa.text("lower(note)"), postgresql_where=sa.text("note <> ''")),
        sa.UniqueConstraint("customer_id", "slug"),
    )
    sa.Table("child", m, _id())
    sa.Table(
        "tag",
        m,
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("word", sa.Text, primary_key=True),
    )
    sa.Table("place", m, _id(), sa.Column("zip", sa.Text))
    sa.Table("shop", m, _id(), sa.Column("zip", sa.Text))
    # New tables in a cycle, a key to a column that comes in the same change, a new schema.
    sa.Table(
        "alpha",
        m,
        _id(),
        sa.Column("beta_id", sa.ForeignKey("beta.id")),
        sa.Column("mood", mood),
        sa.Column("external", sa.ForeignKey("customer.external")),
        info=OTHER,
    )
    sa.Table("beta", m, _id(), sa.Column("alpha_id", sa.ForeignKey("alpha.id")), info=OTHER)
    sa.Table(
        "event",
        m,
        _id(),
        sa.Column("child_id", sa.ForeignKey("child.id"), index=True),
        sa.Column("level", sa.Enum("low", "high", name="level", schema="audit")),
        schema="audit",
    )
    sa.Table(
        LONG[:50],
        m,
        _id(),
        sa.Column(LONG[:40], sa.Integer, index=True, unique=True),
        sa.Column(LONG[:45], sa.ForeignKey("customer.id"), index=True),
        sa.Column(LONG[:44], sa.BigInteger, nullable=False),
        sa.CheckConstraint(f"{LONG[:40]} > 0", name=LONG[:30]),
    )
    sa.Table(
        f"new_{LONG[:50]}",
        m,
        _id(),
        sa.Column(LONG[:45], sa.ForeignKey("customer.external"), index=True),
        info=OTHER,
    )
    for number in range(30):
        sa.Table(
            f"bulk_{number}",
            m,
            _id(),
            sa.Column("name", sa.String(40), nullable=False, info={"backfill": "'x'"}),
            sa.Column("n", sa.Integer, index=True),
            sa.Column("customer_id", sa.ForeignKey("customer.id"), index=True),
            sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.now()),
            sa.CheckConstraint("n > 0", name="n"),
        )
    return m
