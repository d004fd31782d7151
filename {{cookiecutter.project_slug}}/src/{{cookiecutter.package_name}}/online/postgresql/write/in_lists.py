"""``column IN (…)`` over text, which PostgreSQL writes down in a form that it reads otherwise.

Of a VARCHAR it keeps ``(e)::text = ANY ((ARRAY['a'::character varying, …])::text[])``; given that, it
moves the casts (PostgreSQL 18). Given the list, it comes to the first form again.
"""

import re

_LABEL = r"'(?:[^']|'')*'"
_CAST = "::character varying"
_LIST = re.compile(
    r"^\(*(?P<column>\"(?:[^\"]|\"\")*\"|\w+)\)?::text = ANY \(\(?ARRAY\["
    rf"(?P<labels>{_LABEL}{_CAST}(?:, {_LABEL}{_CAST})*)\]\)?::text\[\]\)\)*$"
)


def as_list(rule: str) -> str:
    """Return *rule* with an IN where PostgreSQL took one apart; any other rule as it is."""
    found = _LIST.match(rule)
    if found is None:
        return rule
    labels = re.findall(_LABEL, found["labels"])
    return f"{found['column']} IN ({', '.join(labels)})"
