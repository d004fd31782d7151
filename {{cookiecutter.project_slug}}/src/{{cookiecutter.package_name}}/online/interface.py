"""What the folder of a database has to offer: one class for each of its modules.

The folder that the service's ``DATABASE`` names keeps to this where each of its modules has the
names of the class, which mypy checks at the end of the folder's ``__init__.py``.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from enum import Enum
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa
from alembic.autogenerate.api import AutogenContext
from alembic.operations import MigrateOperation, Operations, ops
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import TypeEngine

EngineFor = Callable[..., AsyncEngine]
Open = Callable[[], AbstractAsyncContextManager[AsyncConnection]]


class Advice(NamedTuple):
    """Why something is refused, and what to do instead: sentences without their full stops."""

    why: str
    instead: str
    # False where the database knows no way at all.
    can_be_allowed: bool = True


class Driver(Protocol):
    """``session/driver.py``: what the driver is told, and what the server's errors mean."""

    NAME: str
    DIALECT: str
    DRIVER: str
    # Schemes of a URL that are given the driver; the last one stands in what we say.
    SCHEMES: tuple[str, ...]
    EXAMPLE: str
    # What a migration that gives up says of who held the lock.
    LOCK_HINT: str
    # How many bytes of a name, and of a connection's name, the server keeps; None: all.
    LONGEST_NAME: int | None
    LONGEST_CLIENT_NAME: int | None
    # Whether tables of one database may lie in several schemas.
    HAS_SCHEMAS: bool

    def read_parameters(self, url: URL) -> URL:
        """Return *url* with the parameters that we can connect with.

        Raises ValueError, with a sentence without values of the URL, where there are others.
        """

    def service_options(self, application_name: str, settings: Any) -> dict[str, Any]:
        """Return the arguments of ``create_async_engine`` for the running service."""

    def migration_options(
        self, application_name: str, *, answer_within: float | None = None, **session: str
    ) -> dict[str, Any]:
        """Return those for a migration; a statement has *answer_within* seconds, if given."""

    def refusal(self, error: BaseException) -> str | None:
        """Return why a connection was refused, where *error* says so."""

    def passes(self, error: BaseException) -> bool:
        """Tell whether a refused connection may succeed a little later."""

    def fault(self, error: BaseException) -> str | None:
        """Return what happened where the server gave out; None for other errors."""

    def said(self, error: BaseException) -> str:
        """Return what the server said, on one line, without values of rows where it repeats any."""

    def is_lock_failure(self, error: BaseException) -> bool:
        """Tell whether a lock was not granted in time, so that a retry may help."""

    def breaks_a_rule(self, error: DBAPIError) -> bool:
        """Tell whether a constraint of the database forbids what was asked."""

    def refuses_a_value(self, error: DBAPIError) -> bool:
        """Tell whether a value does not fit its column."""


class Development(Protocol):
    """``session/development.py``: what stands in where DATABASE_URL is not set."""

    def development_url(self) -> URL:
        """Return its URL; raises DatabaseError where there is none."""


class Scratch(Protocol):
    """``session/scratch.py``: a database for the length of one task."""

    def scratch_database(self) -> AbstractAsyncContextManager[URL]:
        """Make an empty database, yield its URL, and remove it whatever happens."""


class Keeping(Protocol):
    """``session/keeping.py``: scratch databases that stay from one command to the next."""

    def kept_database(
        self,
        name: str,
        is_usable: Callable[[str | None], bool],
        engine_for: EngineFor | None = None,
    ) -> AbstractAsyncContextManager[AsyncConnection | None]:
        """Open the database *name* for this process alone, made anew unless its mark *is_usable*.

        Yields None where there is none to be had: then the command makes one of its own.
        """

    def read_mark(self, connection: Connection) -> str | None:
        """Return the mark of the database on *connection*."""

    def write_mark(self, connection: Connection, mark: str | None) -> None:
        """Put *mark* on the database, committed at once; None takes it away."""


class Migrating(Protocol):
    """``session/migrating.py``: the connections that a migration runs on."""

    def connections(self, url: URL, engine_for: EngineFor) -> AbstractAsyncContextManager[Open]:
        """Wait for other migrators, then yield what opens a connection to *url* for one try."""


class Blockers(Protocol):
    """``session/blockers.py``, of servers alone: who a session waits for."""

    PAUSE: float

    async def blockers_of(self, connection: AsyncConnection, session: int) -> dict[int, str] | None:
        """Return what is known of each session that *session* waits for; None where it is gone."""

    def id_of(self, session: Any) -> int:
        """Return the server's number of the driver's *session*."""

    def cut(self, session: Any) -> None:
        """End the driver's *session* without waiting for an answer."""


class Statements(Protocol):
    """``operations/statements.py``: how a statement of an operation runs."""

    def outside_transaction(
        self, operations: Operations
    ) -> AbstractContextManager[MigrationContext]:
        """Commit what stands before; each statement inside is a transaction of its own."""

    def run_long(self, context: MigrationContext, statement: str) -> None:
        """Run one statement that may take its time."""

    def write_settings(self, context: MigrationContext) -> None:
        """Write out (offline) what a live session is given when it connects."""


class Backfilling(Protocol):
    """``operations/backfilling.py``: what a backfill needs of the database."""

    # What a backfill locks and scans (``operations/foresight/``).
    FOOTPRINT: Any
    # Seconds between two batches.
    PAUSE: float

    def estimate(self, connection: Connection, table: sa.TableClause) -> int:
        """Return about how many rows *table* has."""

    def absent(self, type_: TypeEngine[Any]) -> sa.ColumnElement[Any]:
        """Return the NULL of a column of *type_* that is yet to come."""

    def short_locks(self, connection: Connection) -> AbstractContextManager[None]:
        """Bound the waits of each statement on *connection*, in autocommit."""

    def fill_offline(self, table: str, column: str, *, value: str, where: str) -> str:
        """Return SQL that fills *column* of *table*; all arguments are SQL text."""

    def refuse_rows_offline(self, table: str, message: str) -> str:
        """Return SQL that fails with *message* where *table* (SQL text) has rows."""


class NotNull(Protocol):
    """``operations/not_null.py``: how ``op.set_not_null`` is done."""

    # Whether it commits what stands before it, and each of its own steps.
    COMMITS: bool
    # What it locks and scans.
    FOOTPRINT: Any

    def set_not_null(
        self, operations: Operations, table_name: str, column_name: str, schema: str | None
    ) -> None:
        """Make the column NOT NULL; raises DatabaseError where NULLs are left."""


class Syncing(Protocol):
    """``operations/syncing.py``: two columns that triggers keep equal (see ``keep_in_sync.py``)."""

    # Whether it commits what stands before it, and each of its own steps.
    COMMITS: bool
    # What it holds while triggers come or go.
    LOCK: str

    def begin(self, operations: Operations, sync: Any) -> None:
        """Make the triggers of *sync*, a KeepInSync, anew."""

    def end(self, operations: Operations, sync: Any) -> None:
        """Drop the triggers of *sync*, an EndSync, where they are."""

    def differ(self, one: str, other: str) -> str:
        """Return SQL that is true where the columns *one* and *other* differ."""

    def is_begun(self, connection: Connection, sync: Any) -> bool:
        """Tell whether *sync* has begun, and ``end`` has not."""


class Footprints(Protocol):
    """``operations/footprints.py``: what Alembic's own operations lock and scan."""

    FOOTPRINTS: Mapping[type[MigrateOperation], Any]

    def of_change(self, operation: ops.AlterColumnOp) -> Any:
        """Return that of a change of a column."""


class Environment(Protocol):
    """``write/environment.py``: what Alembic is told about the database."""

    # Arguments of ``context.configure``.
    OPTIONS: dict[str, Any]

    def around_migrations(self, connection: Connection | None) -> AbstractContextManager[None]:
        """Prepare for what runs inside, and tidy up after it."""

    def render_named_type(self, stored: Any, context: AutogenContext) -> str | None:
        """Return the source of a type that has a name of its own; None for other types."""


class Prerequisites(Protocol):
    """``write/prerequisites.py``: what new tables and columns need."""

    def complete(self, change: Any, operations: list[MigrateOperation]) -> list[MigrateOperation]:
        """Return *operations* with what is missing before and after them."""


class Probe(Protocol):
    """``write/probe.py``: questions to the server about what a change would do."""

    def is_instant(self, connection: Connection, type_: TypeEngine[Any], expression: str) -> bool:
        """Tell whether a new column of *type_* takes the default *expression* without a rewrite."""


class Ranks(Protocol):
    """``write/ranks.py``: where Alembic's own operations stand in a revision."""

    EXPAND: dict[type[MigrateOperation], int]
    CONTRACT: dict[type[MigrateOperation], int]


class Repeatable(Protocol):
    """``write/repeatable.py``: a revision that commits in the middle can run again."""

    def make_repeatable(
        self, context: MigrationContext, operations: list[MigrateOperation]
    ) -> list[MigrateOperation]:
        """Return *operations*, made repeatable where one of them commits."""


class Snapshots(Protocol):
    """``write/snapshot.py``: what the database keeps of a schema."""

    def create(self, connection: Connection, metadata: sa.MetaData) -> None:
        """Create what *metadata* describes, with all that it needs, on an empty database."""

    def read(self, connection: Connection, reads: Callable[[str], bool] = ...) -> Mapping[Any, str]:
        """Return what is kept, each object by its key (see the shared ``write/snapshot.py``).

        Of tables those alone whose name *reads* takes.
        """

    def may_stay(self, difference: Any) -> bool:
        """Tell whether a downgrade may leave this *difference*, as the documents say."""


class MadeOperations(Protocol):
    """The operations of a change, which grow."""

    operations: list[MigrateOperation]

    def of(self, difference: Any) -> list[MigrateOperation] | None:
        """Return what takes a difference away; None where nothing is known that does."""


class Differing(Protocol):
    """``write/differing.py``: from a difference between snapshots to an operation."""

    def touched(self, connection: Connection, operation: MigrateOperation) -> Iterable[Any]:
        """Return the keys of the objects that *operation* changes."""

    def recipe(self, what: str) -> str:
        """Return how to go on by hand with the object *what*."""

    def Made(  # noqa: N802 (a class)
        self,
        context: MigrationContext,
        proposed: list[MigrateOperation],
        wanted: Mapping[Any, str],
        found: Mapping[Any, str],
    ) -> MadeOperations:
        """Return the operations of one change, beginning with what was *proposed*."""


class ColumnTypes(Protocol):
    """``write/rewriter/column_types.py``: changes of type."""

    # Whether the statement that changes the type says the default anew: the old one may not fit.
    SAYS_DEFAULT_TOO: bool

    def change_type(self, change: Any, operation: ops.AlterColumnOp) -> list[MigrateOperation]:
        """Return *operation*, which changes the type alone, as safe steps, or refuse it."""


class Refusals(Protocol):
    """``write/rewriter/refusals.py``: why what every database refuses is refused here."""

    # A column that the database numbers, a stored generated one: added to a table in use.
    GENERATED_COLUMN: Advice
    STORED_COLUMN: Advice
    # A column that becomes a generated one, or the reverse.
    IDENTITY: Advice

    def type_change(self, column: str, old: str, new: str) -> Advice:
        """Return why *column* does not go from type *old* to type *new*, and the recipe."""


class Client(NamedTuple):
    """A connection (or a process) of the running service, and the heads its code was built with."""

    description: str
    heads: list[str]


class Clients(Protocol):
    """``deploy/clients.py``: which code of this service is connected."""

    async def list_clients(self, url: URL, known: ScriptDirectory) -> list[Client]:
        """Return all of it; *known* are this build's revisions.

        Raises OldCodeConnected where the user who migrates cannot see it.
        """


class Size(NamedTuple):
    """How large a table is; None where the database does not know, or does not tell.

    *heap* are the bytes without its indexes.
    """

    rows: int | None
    bytes: int | None
    heap: int | None = None


class Need(Enum):
    """The rights that operations need."""

    # To change a table, to drop it, to build an index, to read and write rows, to refer to them.
    CHANGE = "change"
    DROP = "drop"
    INDEX = "index"
    FILL = "fill"
    REFER = "refer"
    # To make a table in its schema.
    CREATE = "create"


class Catalog(Protocol):
    """``deploy/catalog.py``: what is asked before anything runs; nothing here changes anything."""

    # Whether Alembic's own operations pass over what is there (or gone) already.
    LOOKS_FIRST: bool
    # Whether a new NOT NULL column without a default gets a value of the database's own.
    FILLS_NEW_COLUMNS: bool

    def session(self, seconds: float) -> dict[str, str]:
        """Return the settings of a session whose statements read alone, and end in *seconds*."""

    def only_read(self, connection: Connection, seconds: float) -> None:
        """Do on *connection* what no setting can."""

    def ran_out(self, error: DBAPIError) -> bool:
        """Tell whether *error* means that the time was up."""

    def size(self, connection: Connection, schema: str | None, table: str) -> Size:
        """Return about how large the table is."""

    def lacks(
        self, connection: Connection, need: Need, schema: str | None, table: str
    ) -> str | None:
        """Return the sentence on a right that is missing; None where it is there, or may be."""

    def hides_rows(self, connection: Connection, schema: str | None, table: str) -> str | None:
        """Return the sentence on rows of the table that this user is not shown; None for no such."""

    def in_the_way(self, connection: Connection, operation: MigrateOperation) -> Iterable[str]:
        """Return a sentence on each object that keeps Alembic's *operation* from its work."""


class Sampling(Protocol):
    """``deploy/sampling.py``: some rows of a table, read as quickly as may be."""

    def source(
        self, connection: Connection, table: sa.TableClause, rows: int, size: Size
    ) -> sa.FromClause:
        """Return what to select from for about so many *rows*; a LIMIT comes to it."""

    def name_of(self, source: sa.FromClause, table: sa.TableClause) -> str:
        """Return how *source*, of *table*, is called in SQL."""

    def width(self, value: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """Return the bytes of *value*."""


class CostsOfWork(Protocol):
    """``deploy/costs.py``: what work costs, and what an operation does where its kind cannot say."""

    # A ``Costs`` (see ``deploy/plan/ranges.py``).
    COSTS: Any

    def footprint_on(
        self, connection: Connection, operation: MigrateOperation, columns: Mapping[str, Any]
    ) -> Any:
        """Return the Footprint of *operation* on a table of *columns*; None: that of its kind."""


class Around(Protocol):
    """``deploy/around.py``: who holds locks, and what else there is around the tables."""

    def holders(
        self, connection: Connection, schema: str | None, table: str, footprint: Any
    ) -> list[Any]:
        """Return each Holder on whom an operation of that *footprint* would wait now."""

    def surroundings(self, connection: Connection) -> Any:
        """Return the Surroundings (see ``deploy/plan/seen.py``)."""
