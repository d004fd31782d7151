"""The storage parameters in what a snapshot says of a table."""

import re

_WITH = re.compile(r"^(?P<rest>.*?) ?WITH \((?P<parameters>.*)\)$")


def storage_parameters(definition: str | None) -> tuple[str, dict[str, str]] | None:
    """Return the rest of a table's *definition*, and its parameters; None where there is no table."""
    if definition is None:
        return None
    found = _WITH.match(definition)
    if found is None:
        return definition, {}
    pairs = (one.partition("=") for one in found["parameters"].split(", "))
    return found["rest"], {name: value for name, _, value in pairs}
