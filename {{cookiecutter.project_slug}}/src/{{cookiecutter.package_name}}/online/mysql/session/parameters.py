"""What a URL of MySQL's clients says beside the host, as asyncmy takes it."""

import os
import ssl
from typing import Any

from sqlalchemy import URL

_MODES = ("disabled", "required", "verify_ca", "verify_identity")
_FILES = ("ssl_ca", "ssl_cert", "ssl_key")
_KNOWN = frozenset(("ssl_mode", *_FILES, "unix_socket", "connect_timeout"))
# Every session of ours has these, whatever the URL says.
_PASSED_OVER = {"charset", "program_name"}
# What else is done in place of a parameter that asyncmy lacks.
_INSTEAD = {
    "host": "name one server, before the /",
    "ssl": "say ssl_mode=required or ssl_mode=verify_identity",
    "sslmode": "say ssl_mode=required or ssl_mode=verify_identity",
    "sslaccept": "say ssl_mode=verify_identity",
    "ssl_check_hostname": "say ssl_mode=verify_ca or ssl_mode=verify_identity",
}
_LEFT_OUT = "leave it out"


def read(url: URL) -> URL:
    """Return *url* with its parameters in the words that ``arguments`` takes; reading twice is well.

    Raises ValueError, with a sentence that holds no value but those of choices, for what asyncmy
    cannot do.
    """
    query: dict[str, str] = {}
    for name, value in url.query.items():
        # MySQL's own programs write hyphens.
        name = name.replace("-", "_")
        if name not in _PASSED_OVER:
            query[name] = value if isinstance(value, str) else value[-1]
    if "socket" in query:
        query["unix_socket"] = query.pop("socket")
    for name in query:
        if name not in _KNOWN:
            raise ValueError(
                f"The database URL holds the parameter {name!r}, which asyncmy cannot do: "
                f"{_INSTEAD.get(name, _LEFT_OUT)}"
            )
    if url.host and url.host.lower().startswith("%2f"):
        raise ValueError("The database URL names a socket as host: say ?unix_socket=/path/of/it")
    _look_at_tls(query)
    seconds = query.get("connect_timeout", "1")
    if not seconds.isdecimal() or not int(seconds):
        raise ValueError("connect_timeout in the database URL must be a whole number of seconds")
    return url.set(query=query)


def _look_at_tls(query: dict[str, str]) -> None:
    mode = query.get("ssl_mode")
    if mode is not None:
        mode = query["ssl_mode"] = mode.lower()
        if mode == "preferred":
            raise ValueError(
                "ssl_mode=preferred in the database URL: asyncmy cannot try with TLS and then "
                "without, so say ssl_mode=required or ssl_mode=disabled"
            )
        if mode not in _MODES:
            raise ValueError(f"ssl_mode in the database URL must be one of {', '.join(_MODES)}")
    for name in _FILES:
        if name in query and not os.access(query[name], os.R_OK):
            raise ValueError(f"The file that {name} names in the database URL cannot be read")
    if "ssl_key" in query and "ssl_cert" not in query:
        raise ValueError("ssl_key in the database URL needs ssl_cert=FILE beside it")


def arguments(options: dict[str, Any]) -> None:
    """Put asyncmy's ``ssl`` in *options* in the place of the parameters that ``read`` left."""
    # SQLAlchemy has gathered the files.
    files = options.pop("ssl", None) or {}
    mode = options.pop("ssl_mode", None) or ("verify_ca" if "ca" in files else None)
    if mode == "disabled" or (mode is None and not files):
        return
    context = ssl.create_default_context(cafile=files.get("ca"))
    context.check_hostname = mode == "verify_identity"
    if mode not in ("verify_ca", "verify_identity"):
        context.verify_mode = ssl.CERT_NONE
    if "cert" in files:
        context.load_cert_chain(files["cert"], files.get("key"))
    options["ssl"] = context
