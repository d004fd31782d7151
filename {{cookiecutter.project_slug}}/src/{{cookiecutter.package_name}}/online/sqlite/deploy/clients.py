"""Which code of this service serves from the file: its processes say so (``presence.py``)."""

from alembic.script import ScriptDirectory
from sqlalchemy import URL

from ...interface import Client
from ..session.files import path_of
from ..session.presence import serving


async def list_clients(url: URL, known: ScriptDirectory) -> list[Client]:
    """Return the processes that serve from the file at *url*."""
    return [
        Client(f"pid {one.pid}, built with {'+'.join(one.heads)}", one.heads)
        for one in serving(path_of(url))
    ]
