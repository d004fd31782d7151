"""Catches TLS that is not spoken, a server that is believed unseen, and a password's missing package."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from asyncmy import auth

from {{ cookiecutter.package_name }}.online.mysql.session import driver
from {{ cookiecutter.package_name }}.online.session import url
from {{ cookiecutter.package_name }}.online.session.connect import connection_to, refused
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from ..support import Database

_COMMAND = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext"
_PATIENCE = 60.0
_PLACES = "/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Start a MariaDB that speaks TLS; yield the folder of its socket, port and certificate."""
    install = shutil.which("mariadb-install-db", path=_PLACES)
    server = shutil.which("mariadbd", path=_PLACES)
    if install is None or server is None or shutil.which("openssl") is None:
        pytest.skip("no MariaDB, or no openssl, is installed")
    folder = tmp_path_factory.mktemp("tls")
    files = ["-keyout", str(folder / "key"), "-out", str(folder / "crt")]
    names = ["subjectAltName=DNS:localhost"]
    subprocess.run([*_COMMAND.split(), *names, *files], check=True, capture_output=True)
    common = ["--no-defaults", f"--datadir={folder / 'data'}", "--user=root"]
    quiet = ["--auth-root-authentication-method=normal", "--skip-test-db"]
    subprocess.run([install, *common, *quiet], check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "port").write_text(str(port), encoding="utf-8")
    place = [f"--socket={folder / 's'}", "--bind-address=127.0.0.1", f"--port={port}"]
    tls = [f"--ssl-cert={folder / 'crt'}", f"--ssl-key={folder / 'key'}"]
    running = subprocess.Popen([server, *common, *place, *tls], stderr=subprocess.DEVNULL)
    end = time.monotonic() + _PATIENCE
    while not (folder / "s").exists():
        assert time.monotonic() < end, "the server did not start"
        time.sleep(0.05)
    yield folder
    running.terminate()
    running.wait()


async def tried(text: str) -> str:
    """Return the cipher of the connection, or the sentence that says why there is none."""
    try:
        async with connection_to(url.parse(text)) as connection:
            row = (await connection.execute(sa.text("SHOW STATUS LIKE 'Ssl_cipher'"))).one()
    except DatabaseError as error:
        return str(error)
    return str(row[1])


async def test_what_is_believed(folder: Path) -> None:
    port = (folder / "port").read_text(encoding="utf-8")
    by_name, by_number = (
        f"mysql://root@{host}:{port}/mysql" for host in ("localhost", "127.0.0.1")
    )
    own = f"ssl_ca={folder / 'crt'}"
    assert await tried(by_number) == ""
    assert await tried(f"{by_number}?ssl_mode=disabled") == ""
    for parameters in ("ssl_mode=required", f"ssl-mode=VERIFY_CA&{own}", own):
        assert (await tried(f"{by_number}?{parameters}")).startswith("TLS"), parameters
    assert (await tried(f"{by_name}?ssl_mode=verify_identity&{own}")).startswith("TLS")
    assert "not valid for" in await tried(f"{by_number}?ssl_mode=verify_identity&{own}")
    assert "certificate verify failed" in await tried(f"{by_number}?ssl_mode=verify_ca")


async def test_never_without_tls_where_it_is_required(database: Database) -> None:
    """The test's own server has no certificate; later releases make one by themselves."""
    has = "SELECT 1 FROM (SELECT 1) AS one WHERE @@ssl_cert <> ''"
    if await database.values(has):
        pytest.skip("this server has a certificate")
    await database.execute("CREATE TABLE t (a INT)")
    text = database.url.render_as_string(hide_password=False)
    required = f"{text}{'&' if '?' in text else '?'}ssl_mode=required"
    assert "Cannot connect to" in await tried(required)


def test_passwords_of_mysql_can_be_sent() -> None:
    """MySQL's default user sends its password with the server's public key."""
    assert auth._have_cryptography


def test_without_the_package_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "_have_cryptography", False)
    with pytest.raises(RuntimeError) as error:
        auth.sha2_rsa_encrypt(b"Tr0ub4dor", b"salt", b"key")  # type: ignore[no-untyped-call]
    assert driver.refusal(error.value)
    told = str(refused(error.value, url.parse("mysql://user:Tr0ub4dor@host/data")))
    assert "cryptography" in told
    assert "Tr0ub4dor" not in told
