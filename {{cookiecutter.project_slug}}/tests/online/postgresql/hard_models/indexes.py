"""Indexes: partial, on expressions, covering, ordered, and of every access method in use."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base


class Note(Base):
    """A table with more indexes than sense."""

    __tablename__ = "note"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(sa.String(40), index=True)
    title: Mapped[str] = mapped_column(sa.String(80), unique=True)
    body: Mapped[str]
    rank: Mapped[int | None]
    deleted: Mapped[bool]
    tags: Mapped[list[str]] = mapped_column(pg.ARRAY(sa.Text))
    data: Mapped[Any] = mapped_column(pg.JSONB)
    at: Mapped[Any] = mapped_column(sa.DateTime(timezone=True))

    __table_args__ = (
        sa.Index("ix_note_live", "owner", postgresql_where=sa.text("NOT deleted")),
        sa.Index(
            "ux_note_live_rank",
            "owner",
            "rank",
            unique=True,
            postgresql_where=sa.text("rank IS NOT NULL AND owner <> 'it''s'"),
            postgresql_nulls_not_distinct=True,
        ),
        sa.Index("ix_note_lower_title", sa.text("lower(title)")),
        sa.Index("ix_note_tags", "tags", postgresql_using="gin"),
        sa.Index(
            "ix_note_data",
            "data",
            postgresql_using="gin",
            postgresql_ops={"data": "jsonb_path_ops"},
            postgresql_with={"fastupdate": "off"},
        ),
        sa.Index("ix_note_covering", "owner", postgresql_include=["title", "rank"]),
        sa.Index("ix_note_newest", sa.text("at DESC NULLS LAST"), sa.text("rank NULLS FIRST")),
        sa.Index("ix_note_at_brin", "at", postgresql_using="brin"),
        sa.Index("ix_note_hash", "owner", postgresql_using="hash"),
        sa.Index("ix_note_pattern", "title", postgresql_ops={"title": "varchar_pattern_ops"}),
        sa.Index("ix_note_search", sa.text("to_tsvector('english', body)"), postgresql_using="gin"),
        sa.Index(
            "ix_note_trigram",
            "body",
            postgresql_using="gin",
            postgresql_ops={"body": "gin_trgm_ops"},
        ),
        sa.Index("ix_note_json_path", sa.text("((data ->> 'kind'))")),
    )


sa.Index("ix_note_func", sa.func.lower(Note.owner), sa.text("(body || '%')"))
sa.Index("ix_note_oldest", Note.at.asc(), Note.rank.desc().nulls_last())
