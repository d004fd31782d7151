"""Who a plan's steps would wait for now, and what stands around them; a refusal is only noted."""

from collections.abc import Iterable

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from ...database import around, driver
from ...operations.foresight.footprint import Footprint
from .named import Place
from .plan import Step
from .seen import Holder, Surroundings


def holders(
    connection: Connection, step: Step, footprint: Footprint, places: Iterable[Place]
) -> None:
    """Give *step* those whom it would wait for on the tables at *places*."""
    found: dict[int, Holder] = {}
    try:
        for schema, table in places:
            for one in around.holders(connection, schema, table, footprint):
                found.setdefault(one.id, one)
    except DBAPIError as error:
        step.notes.append(f"Who holds locks cannot be seen: {driver.said(error)}")
    step.holders = list(found.values())


def surroundings(connection: Connection) -> Surroundings:
    """Return replicas, free disk, and what could not be seen."""
    try:
        found: Surroundings = around.surroundings(connection)
    except DBAPIError as error:
        return Surroundings(notes=[f"Replicas and free disk cannot be seen: {driver.said(error)}"])
    return found
