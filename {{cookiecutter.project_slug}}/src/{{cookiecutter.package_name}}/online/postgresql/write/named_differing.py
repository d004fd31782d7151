"""Schemas, extensions, types and sequences that two snapshots do not have alike."""

import sqlalchemy as sa
from alembic.operations import MigrateOperation

from ...internals import sequences_of
from ...phase import CONTRACT, in_phase
from ...write.made import Made
from ...write.models import models_of
from ...write.places import place_of
from ...write.snapshot import Difference, Key, owner_of
from ..operations import schemas, sequences
from ..operations.named_types import DropDomain, DropEnum
from .numbering import is_identity
from .prerequisites import named_types


class NamedObjects(Made):
    """What stands beside the tables."""

    @property
    def models(self) -> sa.MetaData:
        """Return the models."""
        return models_of(self.context)

    def make_enum(self, difference: Difference) -> list[MigrateOperation] | None:
        """Return what puts an enum right."""
        if difference.wanted is None and not self._has(difference.key.name, "type_name"):
            labels = self.connection.scalar(sa.text(f"SELECT ARRAY[{difference.found}]::text[]"))
            schema, _, bare = difference.key.name.rpartition(".")
            return [in_phase(CONTRACT, DropEnum(bare, list(labels), schema=schema or None))]
        return self._type(difference)

    def make_domain(self, difference: Difference) -> list[MigrateOperation] | None:
        """Return what puts a domain right."""
        if difference.wanted is None and not self._has(difference.key.name, "type_name"):
            schema, _, bare = difference.key.name.rpartition(".")
            drop = DropDomain(bare, old=difference.found, schema=schema or None)
            return [in_phase(CONTRACT, drop)]
        return self._type(difference)

    def _type(self, difference: Difference) -> list[MigrateOperation] | None:
        if difference.found is not None:
            return [] if self._has(difference.key.name, "type_name") else None
        for name, creation in named_types(self.models, self.connection.dialect).items():
            if name == difference.key.name:
                return [creation]
        return None

    def _has(self, place: str, attribute: str) -> bool:
        return any(
            place_of(getattr(o, "schema", None), getattr(o, attribute, ""), None) == place
            for o in self.operations
        )

    def make_schema(self, difference: Difference) -> list[MigrateOperation]:
        """Return what puts a schema right: it is created."""
        return [schemas.CreateSchema(difference.key.name)]

    def make_extension(self, difference: Difference) -> list[MigrateOperation]:
        """Return what puts an extension right: it is created."""
        return [schemas.CreateExtension(difference.key.name)]

    def _is_identity(self, definition: str | None) -> bool:
        """Tell whether the sequence is that of an identity column, on one of the two sides."""
        column = Key("column", *owner_of(definition or ""))
        return is_identity(self.wanted.get(column)) or is_identity(self.found.get(column))

    def _gone(self, difference: Difference) -> list[MigrateOperation]:
        """Return the drop of a sequence that nothing takes from any more, in the contract."""
        old = difference.found or ""
        owner = owner_of(old)
        if owner[0] and Key("column", *owner) not in self.wanted:
            return []  # It goes with its column.
        schema, _, bare = difference.key.name.rpartition(".")
        drop = sequences.DropSequence(
            bare, old=old, column=self._taker(difference.key.name), schema=schema or None
        )
        return [in_phase(CONTRACT, drop)]

    def _taker(self, sequence: str) -> str | None:
        """Return ``table.column`` of a default that took from *sequence*, where that stays."""
        took = f"DEFAULT nextval('{sequence}'::regclass)"
        quote = self.connection.dialect.identifier_preparer.quote
        for key, definition in self.found.items():
            if key.kind == "column" and definition.endswith(took) and key in self.wanted:
                schema, _, table = key.parent.rpartition(".")
                return ".".join(quote(name) for name in (schema, table, key.name) if name)
        return None

    def make_sequence(self, difference: Difference) -> list[MigrateOperation] | None:
        """Return what puts a sequence right: created, or given its options."""
        default = self.connection.dialect.default_schema_name
        name = difference.key.name
        if self._is_identity(difference.wanted) or self._is_identity(difference.found):
            # It follows its column, and its options are the column's.
            owner = Key("column", *owner_of(difference.wanted or difference.found or ""))
            both = self.wanted.get(owner), self.found.get(owner)
            return self.of(Difference(owner, *both)) if both[0] == both[1] else []
        if difference.found is None:
            for sequence in sequences_of(self.models):
                if place_of(sequence.schema, sequence.name, default) == name:
                    return [sequences.CreateSequence.of(sequence)]
            # That of a serial comes with its column.
            return [] if " OWNED BY " in (difference.wanted or "") else None
        if difference.wanted is None:
            return self._gone(difference)
        schema, _, bare = name.rpartition(".")
        return [
            sequences.AlterSequence(
                bare, difference.wanted, old=difference.found, schema=schema or None
            )
        ]
