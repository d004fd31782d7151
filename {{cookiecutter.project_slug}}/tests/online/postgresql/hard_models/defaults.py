"""Server defaults of every kind, each written as an author would write it."""

import datetime
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base

counter = sa.Sequence("counter", metadata=Base.metadata)
Mood = sa.Enum("sad", "it's fine", name="mood")


class Default(Base):
    """One column a default."""

    __tablename__ = "default"

    id: Mapped[uuid.UUID] = mapped_column(
        primary_key=True, server_default=sa.text("gen_random_uuid()")
    )
    json_plain: Mapped[Any] = mapped_column(sa.JSON, server_default='{"a": [1, "it\'s"]}')
    jsonb_text: Mapped[Any] = mapped_column(pg.JSONB, server_default=sa.text("'{}'::jsonb"))
    jsonb_bare: Mapped[Any] = mapped_column(pg.JSONB, server_default="{}")
    apostrophe: Mapped[str] = mapped_column(server_default="it's")
    escaped: Mapped[str] = mapped_column(server_default=sa.text("'it''s'"))
    backslash: Mapped[str] = mapped_column(server_default="a\\b")
    percent: Mapped[str] = mapped_column(server_default="100 %")
    colon: Mapped[str] = mapped_column(server_default=sa.text(r"'a\:b'"))
    empty: Mapped[str] = mapped_column(server_default="")
    with_cast: Mapped[str] = mapped_column(server_default=sa.text("'x'::character varying"))
    now: Mapped[datetime.datetime] = mapped_column(
        sa.DateTime(timezone=True), server_default=sa.func.now()
    )
    now_text: Mapped[datetime.datetime] = mapped_column(
        sa.DateTime(timezone=True), server_default=sa.text("CURRENT_TIMESTAMP")
    )
    utc: Mapped[datetime.datetime] = mapped_column(
        sa.DateTime, server_default=sa.text("timezone('utc', now())")
    )
    today: Mapped[datetime.date] = mapped_column(server_default=sa.text("CURRENT_DATE"))
    soon: Mapped[datetime.datetime] = mapped_column(
        sa.DateTime(timezone=True), server_default=sa.text("now() + interval '1 day'")
    )
    moment: Mapped[datetime.datetime] = mapped_column(server_default="2020-01-01")
    span: Mapped[datetime.timedelta] = mapped_column(pg.INTERVAL, server_default="1 day")
    span_text: Mapped[datetime.timedelta] = mapped_column(
        pg.INTERVAL, server_default=sa.text("interval '90 minutes'")
    )
    list_bare: Mapped[list[str]] = mapped_column(pg.ARRAY(sa.Text), server_default="{}")
    list_text: Mapped[list[int]] = mapped_column(
        pg.ARRAY(sa.Integer), server_default=sa.text("ARRAY[1, 2]")
    )
    list_cast: Mapped[list[str]] = mapped_column(
        pg.ARRAY(sa.String(5)), server_default=sa.text("ARRAY[]::varchar[]")
    )
    number: Mapped[int] = mapped_column(server_default="0")
    negative: Mapped[int] = mapped_column(server_default=sa.text("-1"))
    negative_text: Mapped[int] = mapped_column(server_default="-1")
    small: Mapped[int] = mapped_column(sa.SmallInteger, server_default=sa.text("7"))
    big: Mapped[int] = mapped_column(sa.BigInteger, server_default=sa.text("9000000000"))
    money: Mapped[Any] = mapped_column(sa.Numeric(10, 2), server_default=sa.text("0"))
    money_text: Mapped[Any] = mapped_column(sa.Numeric(10, 2), server_default="0.00")
    ratio: Mapped[float] = mapped_column(server_default=sa.text("0.5"))
    yes: Mapped[bool] = mapped_column(server_default=sa.true())
    no: Mapped[bool] = mapped_column(server_default=sa.text("false"))
    no_text: Mapped[bool] = mapped_column(server_default="f")
    mood: Mapped[str] = mapped_column(Mood, server_default="it's fine")
    mood_text: Mapped[str] = mapped_column(Mood, server_default=sa.text("'sad'::mood"))
    counted: Mapped[int] = mapped_column(server_default=counter.next_value())
    counted_text: Mapped[int] = mapped_column(server_default=sa.text("nextval('counter')"))
    concatenated: Mapped[str] = mapped_column(server_default=sa.text("'a' || 'b'"))
    function: Mapped[str] = mapped_column(server_default=sa.func.upper("abc"))
    who: Mapped[str] = mapped_column(server_default=sa.text("CURRENT_USER"))
    null: Mapped[str | None] = mapped_column(server_default=sa.text("NULL"))
    bytes_: Mapped[bytes] = mapped_column(server_default=sa.text("'\\x00ff'"))
    literal: Mapped[int] = mapped_column(server_default=sa.literal(5))
    literal_text: Mapped[str] = mapped_column(server_default=sa.literal("x'y"))
