"""Hard models, a file for each kind of difficulty; ``models_of`` loads one."""

import importlib

import sqlalchemy as sa

from . import base


def models_of(name: str) -> sa.MetaData:
    """Return the models of the file *name*: no other file's are among them."""
    importlib.reload(base)
    models: sa.MetaData = importlib.import_module(f".{name}", __package__).Base.metadata
    return models
