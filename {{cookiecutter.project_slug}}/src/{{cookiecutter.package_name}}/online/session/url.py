"""Which database: the URL from the settings, with the async driver, or that of development."""

import re
from itertools import zip_longest
from typing import TypeVar

from pydantic import ValidationError
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from ..database import driver
from ..service import Settings
from .errors import DatabaseError

_Kind = TypeVar("_Kind", bound=Settings)
# Greedy up to the last "@", so that a password may hold one that nobody escaped.
_WITH_PASSWORD = re.compile(
    r"(?P<head>[\w+]+://[^:/@]*):(?P<password>.*)@(?P<tail>[^@]*/[^@]*)", re.S
)
# Several hosts, as libpq takes them: SQLAlchemy wants them among the parameters.
_HOSTS = re.compile(
    r"(?P<head>[\w+]+://(?:.*@)?)(?P<hosts>[^/?@,]+(?:,[^/?@,]+)+)(?P<path>/[^?@]*)?"
    r"(?:\?(?P<query>[^@]*))?",
    re.S,
)
# What no host is called.
_STAND_IN = "several.invalid"
_HOST = re.compile(r"(?P<host>\[[^]]*\]|[^:]*)(?::(?P<port>.*))?", re.S)


def parse(text: str, password: str | None = None) -> URL:
    """Return *text* as a URL on the async driver.

    A password in the URL may be percent-encoded or stand there as it is; *password* is taken
    as it is and wins. Raises DatabaseError, without the text, for another database.
    """
    text = text.strip()
    found = _WITH_PASSWORD.fullmatch(text)
    if found and "@" in found["password"]:
        text = f"{found['head']}:{found['password'].replace('@', '%40')}@{found['tail']}"
    try:
        url = make_url(_with_one_host(text))
    except (ArgumentError, ValueError):
        raise DatabaseError(
            f"The database URL cannot be read: it should look like {driver.EXAMPLE}"
        ) from None
    if url.drivername in driver.SCHEMES:
        url = url.set(drivername=driver.DRIVER)
    if url.drivername != driver.DRIVER:
        raise DatabaseError(
            f"The database URL asks for {url.drivername!r}, but this service runs on {driver.NAME}: "
            f"begin the URL with {driver.SCHEMES[-1]}:// or {driver.DRIVER}://"
        )
    if url.port is not None and not 0 < url.port < 65536:
        raise DatabaseError("The port in the database URL must be a number from 1 to 65535")
    try:
        url = driver.read_parameters(url)
    except ValueError as error:
        raise DatabaseError(str(error)) from None
    return url if password is None else url.set(password=password)


def _with_one_host(text: str) -> str:
    """Return *text* with its hosts, where there are several, as ``?host=…&port=…``."""
    found = _HOSTS.fullmatch(text)
    if found is None:
        return text
    parts = [_HOST.fullmatch(host) for host in found["hosts"].split(",")]
    hosts = ",".join(part["host"].strip("[]") for part in parts if part)
    ports = ",".join((part["port"] or "") for part in parts if part)
    query = "&".join(filter(None, [f"host={hosts}", f"port={ports}", found["query"]]))
    return f"{found['head']}{found['path'] or '/'}?{query}"


def shown(url: URL) -> str:
    """Return *url* as a message may name it: with each of its hosts, without the password."""
    bare = url.set(query={})
    hosts, ports = (url.query.get(name, "") for name in ("host", "port"))
    if not isinstance(hosts, str) or not isinstance(ports, str) or not hosts:
        return bare.render_as_string(hide_password=True)
    places = [
        f"[{host}]{port and f':{port}'}" if ":" in host else f"{host}{port and f':{port}'}"
        for host, port in zip_longest(hosts.split(","), ports.split(","), fillvalue="")
    ]
    # The URL has no host of its own.
    text = bare.set(host=_STAND_IN).render_as_string(hide_password=True)
    return text.replace(_STAND_IN, ",".join(places), 1)


def database_url() -> URL:
    """Return the service's database; in development, without one, ``development.py`` has it."""
    settings = load_settings()
    if settings.database_url is not None:
        password = settings.database_password
        return parse(
            settings.database_url.get_secret_value(),
            password.get_secret_value() if password else None,
        )
    if settings.environment == "production":
        raise DatabaseError("DATABASE_URL is not set: a service in production needs it")
    from ..database import development

    return development.development_url()


def migrations_url() -> URL:
    """Return the URL that migrations use: a direct one where it is set, else the service's own."""
    direct = load_settings().direct_url
    return parse(direct.get_secret_value()) if direct else database_url()


def has_database() -> bool:
    """Tell whether the settings name a database (else ``development.py`` stands in)."""
    settings = load_settings()
    return bool(settings.direct_url or settings.database_url)


def load_settings() -> Settings:
    """Read the settings; raises DatabaseError that names what is wrong, without its value."""
    return read(Settings)


def read(kind: type[_Kind]) -> _Kind:
    """Read settings of this *kind*; raises as ``load_settings`` does."""
    try:
        return kind()
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
        told = "; ".join(f"{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in faults)
        raise DatabaseError(f"The settings are wrong: {told}") from None
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise DatabaseError(f"The file .env cannot be read: {reason}") from None
