"""Your say in what autogenerate compares and writes: nothing yet, and an example of each.

The template never touches this file again. What the machinery does by itself, and the names that
it offers for use here, are in ``online/README.md``.
"""

from collections.abc import MutableMapping
from typing import Any

from alembic.autogenerate.rewriter import Rewriter
from alembic.operations import MigrateOperation
from sqlalchemy.types import TypeEngine

# --- Rewrites of your own, or of a library: before and after those that make each operation safe.
# A library's Rewriter joins by ``before = before.chain(theirs)``.

before = Rewriter()
after = Rewriter()

# @before.rewrites(ops.CreateTableOp)
# def comment_on_every_table(context, revision, operation):
#     operation.comment = operation.comment or f"See the handbook: {operation.table_name}"
#     return operation

# --- Operations of your own: a dataclass is the call, its fields are the arguments. ``ranks`` says
# where it stands in a revision of each phase that it may be in.

# @dataclass
# class Analyze(Operation):
#     """``op.analyze(table)``."""
#
#     name = "analyze"
#     ranks = {EXPAND: Expand.INDEXES + 5}
#     table_name: str
#
#     def run(self, operations: Operations) -> None:
#         operations.execute(f"ANALYZE {self.table_name}")
#
# @after.rewrites(ops.AddColumnOp)
# def analyze_after_a_new_column(context, revision, operation):
#     return [operation, in_phase(EXPAND, Analyze(operation.table_name))]


# --- Filters: on top of ``ownership.py``, which says what is yours by name.


def include_name(
    name: str | None, type_: str, parent_names: MutableMapping[Any, str | None]
) -> bool:
    """Tell whether autogenerate may read this name from the database (Alembic: include_name)."""
    return True


def include_object(
    object_: Any, name: str | None, type_: str, reflected: bool, compare_to: Any
) -> bool:
    """Tell whether autogenerate may propose a change of this object (Alembic: include_object)."""
    # return not (type_ == "index" and (name or "").startswith("reporting_"))
    return True


# --- How a type is written into revisions, and what they import for it.


def render_type(type_: TypeEngine[Any], imports: set[str]) -> str | None:
    """Return the source of *type_* in a revision; None leaves it to the machinery."""
    # if isinstance(type_, Geometry):
    #     imports.add("import geoalchemy2")
    #     return f"geoalchemy2.{type_!r}"
    return None


# --- The phase of operations that another library brings.


def phase_of(operation: MigrateOperation) -> str | None:
    """Return "expand" or "contract"; None: contract where it takes something away, else expand."""
    # if isinstance(operation, ReplaceableEntityOp):
    #     return "contract"
    return None
