"""Rows that the proof cannot think up by itself: where a CHECK or a trigger is too clever for it.

A factory takes the number of the row (1, 2, 3, …) and returns values by column name, each as
PostgreSQL reads it: text, a number, True, or None for NULL. Columns that it leaves out are made
up as before; columns that do not exist at some revision are passed over. For example::

    FACTORIES = {
        "invoice": lambda n: dict(iban=f"DE{n:020}", currency="EUR"),
        "billing.account": lambda n: dict(kind="company", vat_id=f"DE{n:09}"),
    }
"""

from collections.abc import Callable, Mapping

Value = str | int | float | None
Factory = Callable[[int], Mapping[str, Value]]

# "table", or "schema.table" outside the schema public.
FACTORIES: dict[str, Factory] = {}
