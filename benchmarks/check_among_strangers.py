"""``alembic check`` in a database with 5,000 tables of somebody else's, against one without."""

from _measure import Comparison, medians, report, run, scratch_folder
from service import Server, bake, python_of, running_server

REPEATS = 11
STRANGERS, AT_ONCE = 5000, 100
AMONG, ALONE = "alembic check among 5,000 strangers", "alembic check alone"


def add_strangers(server: Server, database: str) -> None:
    """Create the tables in the service's own schema, each with a key, an index and a comment."""
    for first in range(0, STRANGERS, AT_ONCE):
        statement = f"""
            DO $$ BEGIN FOR i IN {first}..{first + AT_ONCE - 1} LOOP
                EXECUTE format('CREATE TABLE stranger_%s (id int PRIMARY KEY, name text '
                    'DEFAULT ''nobody'' CHECK (name <> '''') NOT NULL)', i);
                EXECUTE format('CREATE INDEX ON stranger_%s (name)', i);
                EXECUTE format('COMMENT ON TABLE stranger_%s IS ''not ours''', i);
            END LOOP; END $$"""
        server.execute(statement, database=database)
    server.execute("ANALYZE", database=database)
    (row,) = server.execute(
        "SELECT count(*) AS tables FROM pg_tables WHERE tablename LIKE 'stranger%'",
        database=database,
    )
    assert row["tables"] == STRANGERS


def main() -> None:
    """Measure and report."""
    with (
        scratch_folder() as scratch,
        running_server() as server,
        server.database() as alone,
        server.database() as among,
    ):
        folder = bake(scratch)
        python = python_of(folder)
        alembic = python.with_name("alembic")
        run(python, "-m", "invoice_service", "db", "revision", "--first", cwd=folder)
        for database in (alone, among):
            run(alembic, "upgrade", "head", cwd=folder, DATABASE_URL=server.url(database))
        add_strangers(server, among)

        def check(database: str) -> None:
            run(alembic, "check", cwd=folder, DATABASE_URL=server.url(database))

        found = medians({AMONG: lambda: check(among), ALONE: lambda: check(alone)}, REPEATS)
    report(Comparison(AMONG, ALONE, 2.0), found, REPEATS)


if __name__ == "__main__":
    main()
