"""Forms in which MySQL's URLs are handed out: what connects, and what is told of the others."""

# Behind the URL of a server without TLS.
CONNECTING = (
    "ssl_mode=disabled",
    "ssl-mode=DISABLED",
    "connect_timeout=5",
    "charset=utf8mb4",
    "charset=latin1",
    "program_name=console",
)
_WHERE = "mysql://user:Tr0ub4dor@127.0.0.1:1"
# The URL, and what is said of it.
REFUSED = {
    f"{_WHERE}/data?ssl_mode=required": "nobody answers there",
    f"{_WHERE}/data?ssl-mode=VERIFY_IDENTITY": "nobody answers there",
    "mariadb://user:Tr0ub4dor@[::1]:1/data": "nobody answers there",
    "mysql://user:Tr0ub4dor@/data?unix_socket=/nowhere": "nobody answers there",
    "mysql://user:Tr0ub4dor@/data?socket=/nowhere": "nobody answers there",
    "mysql://user:Tr0ub4dor@%2Fnowhere/data": "say ?unix_socket=",
    "mysql://user:Tr0ub4dor@localhost:99999/data": "from 1 to 65535",
    "mysql://user:Tr0ub4dor@localhost:0/data": "from 1 to 65535",
    "mysql://user:Tr0ub4dor@localhost:port/data": "cannot be read",
    f"{_WHERE},localhost:2/data": "name one server",
    f"{_WHERE}/data?ssl_mode=preferred": "asyncmy cannot try with TLS and then without",
    f"{_WHERE}/data?ssl_mode=Tr0ub4dor": "ssl_mode in the database URL must be one of disabled",
    f"{_WHERE}/data?ssl_ca=/no": "The file that ssl_ca names",
    f"{_WHERE}/data?ssl_cert=/no&ssl_key=/no": "The file that ssl_cert names",
    f"{_WHERE}/data?ssl_key=/dev/null": "ssl_key in the database URL needs ssl_cert",
    f"{_WHERE}/data?ssl_check_hostname=false": "say ssl_mode=verify_ca",
    f"{_WHERE}/data?sslmode=require": "'sslmode', which asyncmy cannot do: say ssl_mode=required",
    f"{_WHERE}/data?ssl=true": "say ssl_mode=required",
    f"{_WHERE}/data?sslaccept=strict": "say ssl_mode=verify_identity",
    f"{_WHERE}/data?connect_timeout=soon": "connect_timeout in the database URL must be",
    f"{_WHERE}/data?connect_timeout=0": "connect_timeout in the database URL must be",
    f"{_WHERE}/data?nonsense=Tr0ub4dor": "'nonsense', which asyncmy cannot do: leave it out",
}
