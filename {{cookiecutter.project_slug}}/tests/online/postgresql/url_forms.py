"""Forms in which PostgreSQL's URLs are handed out: what connects, and what is told of the others."""

# Behind the URL of a server without TLS, on a socket.
CONNECTING = (
    "sslmode=disable",
    "sslmode=allow",
    "sslmode=prefer&sslnegotiation=postgres",
    "ssl=false",
    "connect_timeout=5",
    "connect_timeout=0",
    "application_name=console",
    "options=-csearch_path%3Dpg_catalog",
    "target_session_attrs=any",
    "target_session_attrs=read-write",
    "channel_binding=prefer",
    "ssl_min_protocol_version=TLSv1.3",
)
_WHERE = "postgresql://user:Tr0ub4dor@127.0.0.1:1"
# The URL, and what is said of it.
REFUSED = {
    f"{_WHERE}/data?sslmode=require": "Connect call failed",
    f"{_WHERE},localhost:2/data?target_session_attrs=primary": "***@127.0.0.1:1,localhost:2/data: ",
    "postgresql://user:Tr0ub4dor@[::1]:1/data": "Cannot connect to",
    "postgresql://user:Tr0ub4dor@[::1]:1,127.0.0.1:1": "***@[::1]:1,127.0.0.1:1",
    "postgresql://user:Tr0ub4dor@%2Fnowhere/data": "No such file",
    "postgresql:///data?host=/nowhere&user=user&password=Tr0ub4dor": "No such file",
    "postgresql://user:Tr0ub4dor@localhost:99999/data": "from 1 to 65535",
    "postgresql://user:Tr0ub4dor@a:1,b:99999/data": "from 1 to 65535",
    "postgresql://user:Tr0ub4dor@a:1,b:2/data?port=1,2,3": "one port, or as many",
    "postgresql://user:Tr0ub4dor@localhost:port/data": "cannot be read",
    f"{_WHERE}/data?sslmode=Tr0ub4dor": "sslmode in the database URL must be one of disable",
    f"{_WHERE}/data?sslmode=verify-full": "sslmode=verify-full in the database URL needs sslroot",
    f"{_WHERE}/data?sslmode=verify-ca&sslrootcert=/no": "The file that sslrootcert names",
    f"{_WHERE}/data?sslcert=/no&sslkey=/no": "The file that sslcert names",
    f"{_WHERE}/data?channel_binding=require": "'channel_binding', which asyncpg cannot do: leave",
    f"{_WHERE}/data?target_session_attrs=best": "target_session_attrs in the database URL must",
    f"{_WHERE}/data?connect_timeout=soon": "connect_timeout in the database URL must be",
    f"{_WHERE}/data?service=nowhere": "stands in no service file",
    f"{_WHERE}/data?hostaddr=127.0.0.1": "'hostaddr', which asyncpg cannot do: give the address",
    f"{_WHERE}/data?pgbouncer=true": "DATABASE_POOLING=transaction",
    f"{_WHERE}/data?schema=public": "options=-csearch_path",
    f"{_WHERE}/data?sslpassword=Tr0ub4dor": "'sslpassword', which asyncpg cannot do",
    f"{_WHERE}/data?keepalives_idle=5": "'keepalives_idle', which asyncpg cannot do: leave it out",
    f"{_WHERE}/data?nonsense=Tr0ub4dor": "'nonsense', which asyncpg cannot do: leave it out",
}
