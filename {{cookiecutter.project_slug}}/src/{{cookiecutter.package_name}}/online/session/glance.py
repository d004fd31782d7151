"""One short question to the database, without ``sqlalchemy.ext.asyncio``.

That brings the ORM, which takes longer to load than the question takes to be answered.
"""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import URL, Connection, create_engine, pool

from ..database import driver
from ..internals import in_greenlet
from . import identity
from .connect import broken, opened
from .patience import answer_patience

T = TypeVar("T")


async def ask(url: URL, question: Callable[[Connection], T]) -> T:
    """Return what *question* finds on a connection to *url* of its own.

    Raises DatabaseError as ``connection_to`` does.
    """
    patience = answer_patience()
    options = driver.migration_options(identity.MIGRATIONS, answer_within=patience)
    engine = create_engine(url, poolclass=pool.NullPool, **options)
    connection = await opened(in_greenlet(engine.connect), url, patience)
    try:
        return await in_greenlet(question, connection)
    except BaseException as error:
        # Closing would wait for an answer.
        await in_greenlet(connection.invalidate)
        sentence = broken(error, patience)
        if sentence is None:
            raise
        raise sentence from error
    finally:
        await in_greenlet(connection.close)
