"""Customers, over HTTP: a list."""

import sqlalchemy as sa
from fastapi import APIRouter

from ..db import models
from ..settings import Settings
from .sessions import Session

router = APIRouter(prefix="/customers", tags=["customer"])


@router.get("", operation_id="list_customers")
async def names(session: Session) -> list[str]:
    """List the names of the first ones."""
    query = sa.select(models.Customer.name).order_by(models.Customer.id)
    return list(await session.scalars(query.limit(Settings().page_size)))
