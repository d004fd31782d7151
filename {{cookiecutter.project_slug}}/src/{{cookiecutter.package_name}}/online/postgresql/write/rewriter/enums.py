"""Enum types: labels that go are refused, a type that is left behind is dropped."""

from ....phase import CONTRACT, in_phase
from ....write.change import Change
from ....write.rewriter.refusals import refuse
from ....write.rewriter.writer import Operations, writer
from ...operations.enums import ChangeEnum
from ...operations.named_types import DropEnum
from .refusals import enum_change


@writer.makes_safe(ChangeEnum)
def change_enum(change: Change, operation: ChangeEnum) -> Operations:
    """Refuse: PostgreSQL can only add labels."""
    gone = [label for label in operation.old if label not in operation.new]
    new = [label for label in operation.new if label not in operation.old]
    kind = f"enum labels {gone or 'in another order'} go{f', {new} come' if new else ''}"
    name = operation.type_name
    return refuse(change, operation, kind, name, enum_change(name))


@writer.makes_safe(DropEnum)
def drop_enum(change: Change, operation: DropEnum) -> Operations:
    """Drop the type after its last column."""
    return [in_phase(CONTRACT, operation)]
