"""Catches customers that cannot be listed."""

from httpx2 import AsyncClient

from ..support import Database


async def test_none_yet(database_at_head: Database, client: AsyncClient) -> None:
    answer = await client.get("/v1/customers")
    assert (answer.status_code, answer.json()) == (200, [])
