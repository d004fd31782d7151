"""Which servers there are: where each comes from, how it is laid out, started and reached."""

from __future__ import annotations

from typing import NamedTuple

# Where a server keeps its data, inside the Debian that it is installed in.
DATA = "/srv/{name}"


class Known(NamedTuple):
    """A server; commands are run inside its suite, with {data}, {port} and {name} filled in."""

    name: str
    # What tests find the server's URL in.
    variable: str
    suite: str
    # Of the suite; "package/suite" takes one, and what it needs, from beside the suite.
    packages: tuple[str, ...]
    port: int
    url: str
    lay_out: str
    run: str
    # Who runs it: PostgreSQL refuses root.
    user: str = "root"


_MYSQL = (
    "--no-defaults --user=root --datadir={data} --port={port} --bind-address=127.0.0.1 "
    "--socket={data}/socket --pid-file={data}/pid "
    # What tests write need not survive the machine.
    "--innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 --sync-binlog=0 "
    "--loose-innodb-flush-method=nosync --loose-debug-no-sync"
)
_POSTGRESQL = (
    "-D {data} -p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={data} "
    "-c fsync=off"
)


def _postgresql(version: int, suite: str, package: str) -> Known:
    programs = f"/usr/lib/postgresql/{version}/bin"
    return Known(
        f"postgresql-{version}",
        f"POSTGRESQL_{version}_URL",
        suite,
        (package,),
        25400 + version,
        "postgresql://postgres@127.0.0.1:{port}/postgres",
        f"{programs}/initdb -D {{data}} -A trust",
        f"{programs}/postgres {_POSTGRESQL}",
        user="postgres",
    )


SERVERS = (
    Known(
        "mysql-9.7",
        "MYSQL_9_7_URL",
        "sid",
        ("mysql-server-core",),
        23097,
        "mysql://root@127.0.0.1:{port}/",
        "/usr/sbin/mysqld --no-defaults --initialize-insecure --user=root --datadir={data}",
        f"/usr/sbin/mysqld {_MYSQL} --mysqlx=OFF --secure-file-priv=NULL",
    ),
    Known(
        "mariadb-11.8",
        "MARIADB_11_8_URL",
        "trixie",
        ("mariadb-server-core", "mariadb-client"),
        23118,
        "mysql://root@127.0.0.1:{port}/",
        "/usr/bin/mariadb-install-db --no-defaults --user=root --datadir={data} "
        "--auth-root-authentication-method=normal --skip-test-db",
        f"/usr/sbin/mariadbd {_MYSQL}",
    ),
    _postgresql(17, "trixie", "postgresql-17"),
    _postgresql(19, "sid", "postgresql-19/experimental"),
)
