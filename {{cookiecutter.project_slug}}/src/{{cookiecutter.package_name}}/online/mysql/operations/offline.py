"""SQL that is written out and has to look for itself, since nobody is there to be asked.

Loops and conditions exist only in stored procedures; DELIMITER is a command of the clients
``mysql`` and ``mariadb``, for which this SQL is meant.
"""

from ...operations.naming import literal

_PROCEDURE = "alembic_step"
# Rows that one statement locks: nobody is there to measure how long it takes.
_BATCH = 1000
# Characters of MESSAGE_TEXT (MySQL manual, SIGNAL).
_LONGEST_MESSAGE = 128


def fill(table: str, column: str, *, value: str, where: str) -> str:
    """Return a procedure that fills *column* in batches, each committed; all is SQL text."""
    return _once(
        f"REPEAT UPDATE {table} SET {column} = ({value}) WHERE ({where}) LIMIT {_BATCH}; "
        "UNTIL ROW_COUNT() = 0 END REPEAT"
    )


def refuse_rows(table: str, message: str) -> str:
    """Return a procedure that fails with *message* where *table* has rows."""
    return _once(
        f"IF EXISTS (SELECT * FROM {table}) THEN SIGNAL SQLSTATE '45000' "
        f"SET MESSAGE_TEXT = {literal(message[:_LONGEST_MESSAGE])}; END IF"
    )


def set_not_null(table: str, column: str, table_name: str, column_name: str) -> str:
    """Return statements that compose MODIFY … NOT NULL from the information schema, and run it.

    The first two names are quoted, the others plain.
    """
    default = (
        "IF(column_default IS NULL OR column_default = 'NULL', '', CONCAT(' DEFAULT ', "
        "IF(VERSION() LIKE '%MariaDB%', column_default, IF(extra LIKE '%DEFAULT_GENERATED%', "
        "CONCAT('(', column_default, ')'), QUOTE(column_default)))))"
    )
    composed = ", ".join(
        (
            literal(f"ALTER TABLE {table} MODIFY {column} "),
            "column_type",
            "IF(collation_name IS NULL, '', CONCAT(' COLLATE ', collation_name))",
            "' NOT NULL'",
            default,
            "IF(column_comment = '', '', CONCAT(' COMMENT ', QUOTE(column_comment)))",
            "', ALGORITHM=INPLACE, LOCK=NONE'",
        )
    )
    return (
        f"SELECT CONCAT({composed}) INTO @statement FROM information_schema.columns "
        f"WHERE table_schema = DATABASE() AND table_name = {literal(table_name)} "
        f"AND column_name = {literal(column_name)};\n"
        "PREPARE statement FROM @statement;\nEXECUTE statement;\nDEALLOCATE PREPARE statement;"
    )


def _once(body: str) -> str:
    return (
        f"DELIMITER //\nDROP PROCEDURE IF EXISTS {_PROCEDURE}//\n"
        f"CREATE PROCEDURE {_PROCEDURE}() BEGIN {body}; END//\n"
        f"DELIMITER ;\nCALL {_PROCEDURE}();\nDROP PROCEDURE {_PROCEDURE};"
    )
