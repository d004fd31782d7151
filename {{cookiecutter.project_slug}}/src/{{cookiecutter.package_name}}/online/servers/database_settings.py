"""What a service whose database is a server can be told of it."""

from pydantic import Field, SecretStr

from ..session.base_settings import OnlineSettings


class ServerDatabaseSettings(OnlineSettings):
    """URLs and a password."""

    # The password as it is, for platforms that hand it over apart from the URL.
    database_password: SecretStr | None = None
    # How long one statement of the service may take (seconds); migrations have no such bound.
    database_statement_timeout: float = Field(default=30.0, gt=0)
    # Migrations need a session of their own, and often a user with more rights: give the direct
    # URL here when DATABASE_URL leads through a pooler or a proxy.
    migrations_database_url: SecretStr | None = None
    # A server on which autogenerate may create and drop databases.
    scratch_database_url: SecretStr | None = None

    @property
    def direct_url(self) -> SecretStr | None:
        """The URL that migrations take in place of the service's own, where there is one."""
        return self.migrations_database_url
