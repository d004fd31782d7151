"""Catches a value of somebody's in what the log says of a session that is in a migration's way."""

import itertools
from types import SimpleNamespace

import pytest

from {{ cookiecutter.package_name }}.online.postgresql.session.blockers import _description

# Letters and a digit that stand nowhere else.
SECRET = "þ7þ"
LITERALS = (
    f"'{SECRET}'",
    f"'it''s {SECRET}'",
    f"'{SECRET}''{SECRET}'",
    f"'\\' || '{SECRET}'",
    f"E'a\\'{SECRET}'",
    f"e'a''\\'{SECRET}\\\\'",
    f"E'a'\n'\\'{SECRET}'",
    f"N'{SECRET}'",
    f"X'77' || B'1' || '{SECRET}'",
    f"U&'\\0041{SECRET}'",
    f"$${SECRET}$$",
    f"$$ ' {SECRET} '' $$",
    f"$tag$ $$ {SECRET} $other$ ' $tag$",
    f"$täg$ {SECRET} $täg$",
    f"/* ' {SECRET} */ 1",
    f"/* /* */ {SECRET} ' */ 1",
    f"1 -- ' {SECRET}\n",
    "777.77e7",
    "0x77 + .7 + 7_7 - 7",
    "1E'\\'þ'",
)
AROUND = (
    ("SELECT * FROM t WHERE a = ", ""),
    ('UPDATE "o""d\'d" SET a = $1, b = ', " WHERE c = 'x'"),
    ("INSERT INTO t VALUES ('x', ", ", E'\\'', $q$ ' $q$, 'z')"),
    ("SELECT '--', '/*', ", ", '*/'"),
)


def shown(query: str) -> str:
    """Return what the log shows of a session that runs *query*."""
    row = SimpleNamespace(pid=1, application_name="", state="active", age=None, query=query)
    return _description(row).partition("): ")[2]  # type: ignore[arg-type]


@pytest.mark.parametrize("literal", LITERALS)
def test_no_value_is_shown_at_any_length(literal: str) -> None:
    for (before, after), again in itertools.product(AROUND, ("", ", " + literal)):
        statement = before + literal + again + after
        for length in range(len(statement) + 1):
            said = shown(statement[:length])
            assert not {"þ", "7"} & set(said), (statement[:length], said)


def test_what_is_no_value_is_shown() -> None:
    statement = "UPDATE invoice SET paid = 'x', \"at\" = $1\n WHERE id = 12 /* us */ AND a1 < b"
    assert shown(statement) == 'UPDATE invoice SET paid = …, "at" = $1 WHERE id = … AND a1 < b'
    assert shown("SELECT 'a', 'b") == "SELECT …, …"
