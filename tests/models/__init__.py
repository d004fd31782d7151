"""Hard models: each file is put in the place of a baked service's ``db/models.py``."""
