"""An index that changes under its name: the old one serves until the new one is there."""

from __future__ import annotations

from typing import Any

from alembic.operations import Operations, ops

from ...internals import render_create_index
from ...operations.allowed import ALLOWED
from ...operations.naming import identifier, name_in_database
from ...operations.rank import Contract, Expand
from ...operations.stand_in import StandIn
from ...phase import CONTRACT, EXPAND
from .definitions import add_index_clause
from .footprints import BUILT
from .information_schema import InformationSchema


class ReplaceIndex(StandIn[ops.CreateIndexOp]):
    """``op.replace_index(name, table, columns, …)``: drop and add, in one statement."""

    name = "replace_index"
    footprint = BUILT
    ranks = {EXPAND: Expand.INDEXES, CONTRACT: Contract.INDEXES}
    commits = True
    plain_class = ops.CreateIndexOp
    plain_name = "create_index"
    plain_render = render_create_index

    def run(self, operations: Operations) -> None:
        """Drop the index of this name, where there is one, and add the new one."""
        index = self.plain.to_index(operations.migration_context)
        table, schema = self.plain.table_name, self.plain.schema
        impl: Any = operations.impl
        name = name_in_database(operations, index.name, "index")
        there = True
        if not operations.migration_context.as_sql:
            there = bool(InformationSchema(operations.get_bind()).index(table, schema, name))
        drop = f"DROP INDEX {identifier(operations, name)}"
        add = add_index_clause(impl.dialect, index)
        if there and add.startswith("ADD FULLTEXT"):
            # In one statement MySQL 9.7 does nothing where only the parser is another.
            allowed = impl.context_opts.pop(ALLOWED, False)
            impl.change(table, schema, drop)
            impl.context_opts[ALLOWED] = allowed
            there = False
        impl.change(table, schema, f"{drop}, {add}" if there else add)
