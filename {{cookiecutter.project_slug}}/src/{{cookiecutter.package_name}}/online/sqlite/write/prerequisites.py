"""What new tables need on SQLite: nothing but an order in which each finds those it rests on."""

from alembic.operations import MigrateOperation, ops

from ...phase import CONTRACT, marked_phase
from ...write.change import Change
from ...write.tables import in_dependency_order, table_behind


def complete(change: Change, operations: list[MigrateOperation]) -> list[MigrateOperation]:
    """Return the flat list *operations* with the new tables first, complete and in order.

    The foreign keys of a cycle go back into their tables: SQLite takes a key whose table comes
    later, and could add one afterwards only by a rebuild. One that rests on a rule of the contract
    waits for that: until then each write would fail.
    """
    creations = {
        operation.table_name: operation
        for operation in operations
        if isinstance(operation, ops.CreateTableOp)
    }
    for operation in creations.values():
        if operation.schema is not None:
            change.refuse(
                f"{operation.schema}.{operation.table_name}: schema.",
                why="SQLite knows no schemas",
                instead="leave the schema out of the model, and let the table's name say it: "
                f"{operation.schema}_{operation.table_name}",
            )
    keys = {
        name: sorted(table_behind(operation).foreign_key_constraints, key=lambda k: str(k.name))
        for name, operation in creations.items()
    }
    found = in_dependency_order(change, operations)
    late = [o for o in found if isinstance(o, ops.CreateForeignKeyOp) and change.on_new_table(o)]
    waiting = [o for o in late if marked_phase(o) == CONTRACT]
    for name, operation in creations.items():
        there = {id(item) for item in operation.columns}
        held = {tuple(o.local_cols) for o in waiting if o.source_table == name}
        back = [k for k in keys[name] if id(k) not in there and tuple(k.column_keys) not in held]
        operation.columns = [*operation.columns, *back]
    return [operation for operation in found if operation not in late or operation in waiting]
