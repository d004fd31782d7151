"""Catches a value of somebody's in what the log says of a session that is in a migration's way."""

import itertools

import pytest

from {{ cookiecutter.package_name }}.online.mysql.session.blockers import _description

# Letters and a digit that stand nowhere else.
SECRET = "þ7þ"
LITERALS = (
    f"'{SECRET}'",
    f'"{SECRET}"',
    f"'it''s {SECRET}'",
    f'"a""{SECRET}"',
    f"'a\\'{SECRET}'",
    f'"a\\"{SECRET}"',
    f"'\\\\', '{SECRET}'",
    f"'\\', '{SECRET}'",
    f"'\\\\\\'{SECRET}'",
    f"N'{SECRET}'",
    f"_utf8mb4'{SECRET}'",
    f"X'77' + x'{SECRET}'",
    f"$${SECRET}$$",
    f"/* ' {SECRET} */ 1",
    f"/*!80000 {SECRET} /* */ {SECRET} */ 1",
    f"1 -- ' {SECRET}\n",
    f"1 # ' {SECRET}\n",
    f"5--'{SECRET}'",
    "777.77e7",
    "0x77 + .7 - 7",
)
AROUND = (
    ("SELECT * FROM t WHERE a = ", ""),
    ("UPDATE `o``d'd` SET a = ?, b = ", " WHERE c = 'x'"),
    ("INSERT INTO t VALUES ('x', ", ", '\\'', \"'\", 'z')"),
    ("SELECT '--', '/*', '#', ", ", '*/'"),
)


def shown(query: str) -> str:
    """Return what the log shows of a session that runs *query*."""
    session = {"Id": 1, "User": "u", "Host": "h", "Command": "Query", "Info": query}
    return _description(session, None).partition("): ")[2]


@pytest.mark.parametrize("literal", LITERALS)
def test_no_value_is_shown_at_any_length(literal: str) -> None:
    for (before, after), again in itertools.product(AROUND, ("", ", " + literal)):
        statement = before + literal + again + after
        for length in range(len(statement) + 1):
            said = shown(statement[:length])
            assert not {"þ", "7"} & set(said), (statement[:length], said)


def test_what_is_no_value_is_shown() -> None:
    statement = "UPDATE invoice SET paid = 'x', `at` = ?\n WHERE id = 12 /* us */ AND a1 < b"
    assert shown(statement) == "UPDATE invoice SET paid = …, `at` = ? WHERE id = … AND a1 < b"
    assert shown('SELECT "a", "b') == "SELECT …, …"
