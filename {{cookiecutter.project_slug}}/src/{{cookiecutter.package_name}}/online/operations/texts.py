"""Texts in a revision come back as they were: ``sa.text`` reads them a second time."""

from typing import Any

from alembic.ddl.impl import DefaultImpl
from sqlalchemy.engine import Dialect

from .colons import with_colons_escaped
from .percents import single


class KeepsTexts(DefaultImpl):
    """For an implementation of a dialect: what it writes of an expression is read as that again.

    Alembic 1.20.1 writes compiled SQL, in which a colon begins a parameter, and a percent sign may be
    doubled.
    """

    def render_ddl_sql_expr(
        self,
        expr: Any,
        is_server_default: bool = False,
        is_index: bool = False,
        **options: Any,
    ) -> str:
        """Return *expr* as the text that ``sa.text`` turns into it again."""
        text = super().render_ddl_sql_expr(
            expr, is_server_default=is_server_default, is_index=is_index, **options
        )
        return to_be_read(text, self.dialect, is_index=is_index)


def to_be_read(text: str, dialect: Dialect, *, is_index: bool) -> str:
    """Return compiled *text* as the revision has to have it; *is_index*: a part of an index."""
    text = single(text, dialect)
    # Such a part is written as ``literal_column``, which takes it as it is.
    return text if is_index else with_colons_escaped(text)
