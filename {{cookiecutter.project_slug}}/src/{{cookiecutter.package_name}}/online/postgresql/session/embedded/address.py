"""Where a server is found."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Address:
    """What a client needs; *host* is the folder of a Unix socket, or a name."""

    host: str
    port: int
    user: str
