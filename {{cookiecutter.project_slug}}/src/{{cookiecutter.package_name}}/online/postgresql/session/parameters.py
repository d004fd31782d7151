"""What a URL of libpq's says beside the host, as asyncpg takes it.

asyncpg reads libpq's parameters in a DSN alone, and SQLAlchemy hands it arguments: so what is said
after the ``?`` goes on as a DSN without a host. What asyncpg cannot do is refused, by name.
"""

import configparser
import os
import ssl
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode

from sqlalchemy import URL

# What asyncpg takes from a DSN; ``options`` goes to the server as it is.
_IN_DSN = {
    *("options", "service", "sslcert", "sslcrl", "sslkey", "sslmode", "sslnegotiation"),
    *("sslrootcert", "ssl_max_protocol_version", "ssl_min_protocol_version"),
    "target_session_attrs",
}
_AS_ARGUMENTS = {"host", "port", "passfile", "servicefile", "timeout"}
_FILES = ("sslrootcert", "sslcert", "sslkey", "sslcrl", "passfile", "servicefile")
# The gate knows old code by the name that we give each connection: another one would hide it.
_PASSED_OVER = {"application_name", "fallback_application_name"}
_CHOICES = {
    "sslmode": ("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
    "sslnegotiation": ("postgres", "direct"),
    "target_session_attrs": (
        *("any", "read-write", "read-only", "primary", "standby", "prefer-standby"),
    ),
    "ssl_min_protocol_version": ("TLSv1.2", "TLSv1.3"),
    "ssl_max_protocol_version": ("TLSv1.2", "TLSv1.3"),
    "channel_binding": ("disable", "prefer", "require"),
}
# What else is done in place of a parameter that asyncpg lacks.
_INSTEAD = {
    "channel_binding": "leave it out, and say sslmode=verify-full and sslrootcert=… against a "
    "server in the middle",
    "hostaddr": "give the address as the host",
    "pgbouncer": "leave it out and set DATABASE_POOLING=transaction",
    "schema": "say options=-csearch_path%3Dname",
    "sslpassword": "take a key without a passphrase, which only the service may read",
}
_LEFT_OUT = "leave it out"
_SYSTEM = "system"
_PORT = "5432"


def read(url: URL) -> URL:
    """Return *url* with its parameters in the words that ``arguments`` takes; reading twice is well.

    Raises ValueError, with a sentence that holds no value but those of choices, for what asyncpg
    cannot do.
    """
    query = {
        name: value if isinstance(value, str) else ",".join(value)
        for name, value in url.query.items()
        if name not in _PASSED_OVER
    }
    url, query = _moved(url, query)
    if "ssl" in query:  # as asyncpg, JDBC and Node name it
        mode = query.pop("ssl")
        query.setdefault("sslmode", {"true": "require", "false": "disable"}.get(mode, mode))
    if "connect_timeout" in query:
        query["timeout"] = query.pop("connect_timeout")
    for name, value in query.items():
        if name in _CHOICES and value not in _CHOICES[name]:
            raise ValueError(
                f"{name} in the database URL must be one of {', '.join(_CHOICES[name])}"
            )
    if query.get("channel_binding") in ("disable", "prefer"):
        del query["channel_binding"]
    for name in query:
        if name not in _IN_DSN | _AS_ARGUMENTS:
            raise ValueError(
                f"The database URL holds the parameter {name!r}, which asyncpg cannot do: "
                f"{_INSTEAD.get(name, _LEFT_OUT)}"
            )
    if not query.get("timeout", "0").isdecimal():
        raise ValueError("connect_timeout in the database URL must be a whole number of seconds")
    _look_at_files(query)
    return url.set(query=query)


def arguments(options: dict[str, Any]) -> None:
    """Put asyncpg's arguments in *options* in the place of the parameters that ``read`` left."""
    said = {name: options.pop(name) for name in sorted(_IN_DSN & options.keys())}
    if said.get("sslrootcert") == _SYSTEM:
        said["sslrootcert"] = ssl.get_default_verify_paths().cafile
    if said:
        options["dsn"] = f"postgresql://?{urlencode(said)}"
    if "timeout" in options:
        # libpq's zero is without an end.
        options["timeout"] = float(options["timeout"]) or None


def _moved(url: URL, query: dict[str, str]) -> tuple[URL, dict[str, str]]:
    """Put what libpq takes at both places where SQLAlchemy looks for it."""
    if "password" in query:
        url = url.set(password=query.pop("password"))
    if "user" in query:
        url = url.set(username=query.pop("user"))
    if "dbname" in query:
        url = url.set(database=query.pop("dbname"))
    if url.host and url.host.lower().startswith("%2f"):
        query["host"] = unquote(url.host)
        if url.port:
            query["port"] = str(url.port)
        url = URL.create(url.drivername, url.username, url.password, database=url.database)
    hosts = query.get("host", "").split(",")
    ports = query.get("port", "").split(",")
    if len(hosts) > 1:
        # SQLAlchemy wants one for each.
        ports = [port or _PORT for port in (ports * len(hosts) if len(ports) == 1 else ports)]
        if len(ports) != len(hosts):
            raise ValueError("The database URL must give one port, or as many as it has hosts")
        query["port"] = ",".join(ports)
    for port in filter(None, ports):
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise ValueError("The port in the database URL must be a number from 1 to 65535")
    return url, query


def _look_at_files(query: dict[str, str]) -> None:
    for name in _FILES:
        path = query.get(name)
        if path and (name, path) != ("sslrootcert", _SYSTEM) and not os.access(path, os.R_OK):
            raise ValueError(f"The file that {name} names in the database URL cannot be read")
    if query.get("sslrootcert") == _SYSTEM and not ssl.get_default_verify_paths().cafile:
        raise ValueError("sslrootcert=system: this system has no file of certificates, name one")
    default = Path.home() / ".postgresql" / "root.crt"
    mode = query.get("sslmode", "")
    if mode.startswith("verify") and not query.get("sslrootcert") and not default.is_file():
        raise ValueError(f"sslmode={mode} in the database URL needs sslrootcert=FILE, or system")
    if "service" in query:
        # asyncpg would go to another place without a word.
        file = query.get("servicefile") or os.environ.get("PGSERVICEFILE")
        known = configparser.ConfigParser(interpolation=None)
        try:
            known.read(file or Path.home() / ".pg_service.conf")
        except (configparser.Error, OSError, UnicodeError):
            raise ValueError("The service file of the database URL cannot be read") from None
        if not known.has_section(query["service"]):
            raise ValueError("The service in the database URL stands in no service file")
