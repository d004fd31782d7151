"""The service: settings, command line, database."""

TITLE = "{{ cookiecutter.__project_name }}"  # fmt: skip
DESCRIPTION = "{{ cookiecutter.__description }}"  # fmt: skip
SLUG = "{{ cookiecutter.project_slug }}"
# The folder of ``online/`` that knows the service's database.
DATABASE = "{{ cookiecutter.database }}"
