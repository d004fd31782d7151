"""Catches TLS that is not spoken, or a server that is believed without its certificate."""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from {{ cookiecutter.package_name }}.db.session import create_engine
from {{ cookiecutter.package_name }}.online.session import url
from {{ cookiecutter.package_name }}.online.session.connect import connection_to
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from ..support import Database

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the keys")
_SSL_REQUEST = bytes.fromhex("0000000804d2162f")
_COMMAND = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for localhost, signed by itself; return it and its key."""
    certificate, key = folder / "server.crt", folder / "server.key"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*_COMMAND.split(), *names, *files], check=True, capture_output=True)
    return certificate, key


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hand on what comes until either end goes."""
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


@pytest.fixture
async def base(tmp_path: Path, database: Database) -> AsyncIterator[str]:
    """Answer with TLS alone, before the test's own server; yield what each URL begins with."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*make_certificate(tmp_path))
    context.set_alpn_protocols(["postgresql"])

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if await reader.read(8) != _SSL_REQUEST:
            writer.close()
            return
        writer.write(b"S")
        try:
            await writer.start_tls(context)
        except (OSError, ssl.SSLError):
            return
        host, port = database.url.query["host"], database.url.query["port"]
        inner = await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
        await asyncio.gather(pump(reader, inner[1]), pump(inner[0], writer))

    if "host" not in database.url.query:
        pytest.skip("the scratch server listens on no socket")
    server = await asyncio.start_server(pass_on, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield f"postgresql://{database.url.username}@HOST:{port}/{database.url.database}"
    server.close()


async def tried(text: str) -> str:
    """Return "connected", or the sentence that says why not."""
    try:
        async with connection_to(url.parse(text)) as connection:
            await connection.scalar(sa.text("SELECT 1"))
    except DatabaseError as error:
        return str(error)
    return "connected"


async def test_what_is_believed(base: str, tmp_path: Path) -> None:
    own = f"sslrootcert={tmp_path / 'server.crt'}"
    by_name, by_number = base.replace("HOST", "localhost"), base.replace("HOST", "127.0.0.1")
    assert await tried(f"{by_number}?sslmode=require") == "connected"
    assert await tried(f"{by_number}?sslmode=prefer") == "connected"
    assert await tried(f"{by_number}?sslmode=verify-ca&{own}") == "connected"
    assert await tried(f"{by_name}?sslmode=verify-full&{own}&connect_timeout=9") == "connected"
    assert "not valid for" in await tried(f"{by_number}?sslmode=verify-full&{own}")
    unknown = "certificate verify failed"
    assert unknown in await tried(f"{by_name}?sslmode=verify-full&sslrootcert=system")
    assert unknown in await tried(f"{by_number}?sslmode=verify-ca&sslrootcert=system")
    assert "Cannot connect" in await tried(f"{by_number}?sslmode=disable")


async def test_the_service_speaks_it_too(
    base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = f"sslrootcert={tmp_path / 'server.crt'}"
    monkeypatch.setenv(
        "DATABASE_URL", f"{base.replace('HOST', 'localhost')}?sslmode=verify-full&{own}"
    )
    engine = create_engine()
    async with engine.connect() as connection:
        name = await connection.scalar(sa.text("SELECT current_setting('application_name')"))
    await engine.dispose()
    assert str(name).startswith("{{ cookiecutter.project_slug }}")


async def test_a_service_file(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = database.url.translate_connect_args(username="user", database="dbname") | dict(
        database.url.query
    )
    lines = [f"{name}={value}" for name, value in place.items()]
    file = tmp_path / "services"
    file.write_text("\n".join(["[mine]", *lines]), encoding="utf-8")
    monkeypatch.setenv("PGSERVICEFILE", str(file))
    assert await tried("postgresql://?service=mine") == "connected"
