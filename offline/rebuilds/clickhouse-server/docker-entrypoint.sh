#!/bin/sh
# Starts ClickHouse. From the environment, as in the official image: CLICKHOUSE_USER (default: default),
# CLICKHOUSE_PASSWORD, also as CLICKHOUSE_PASSWORD_FILE, and CLICKHOUSE_DB, a database that shall be there. Without
# user and password only the user "default" gets in, and only from inside the container.
set -eu

fail() {
  echo "clickhouse: $*" >&2
  exit 1
}

data=/var/lib/clickhouse

if [ "$(id -u)" = 0 ]; then
  find $data /etc/clickhouse-server/users.d ! -user clickhouse -exec chown clickhouse:clickhouse {} +
  exec setpriv --reuid=clickhouse --regid=clickhouse --clear-groups -- "$0" "$@"
fi
umask 0077

user=${CLICKHOUSE_USER:-default}
password=${CLICKHOUSE_PASSWORD:-}
if [ -n "${CLICKHOUSE_PASSWORD_FILE:-}" ]; then
  [ -r "$CLICKHOUSE_PASSWORD_FILE" ] || fail "CLICKHOUSE_PASSWORD_FILE names a file that cannot be read"
  password=$(cat "$CLICKHOUSE_PASSWORD_FILE")
fi
# The name becomes an XML element.
case $user in
  *[!A-Za-z0-9_]* | [0-9]*) fail "CLICKHOUSE_USER may hold letters, digits and _ only" ;;
esac

if [ -n "$password" ] || [ "$user" != default ]; then
  digest=$(printf '%s' "$password" | sha256sum | cut -d' ' -f1)
  {
    echo '<yandex><users>'
    echo '<default remove="remove"/>'
    echo "<$user replace=\"replace\"><password_sha256_hex>$digest</password_sha256_hex>"
    echo '<networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota>'
    echo "</$user></users></yandex>"
  } >/etc/clickhouse-server/users.d/default-user.xml
fi
unset CLICKHOUSE_PASSWORD

mkdir -p $data/metadata $data/data $data/tmp $data/user_files $data/format_schemas
case ${CLICKHOUSE_DB:-} in
  '') ;;
  *[!A-Za-z0-9_]*) fail "CLICKHOUSE_DB may hold letters, digits and _ only" ;;
  # A directory without a definition is a database of the ordinary kind: no server has to run to make one.
  *) mkdir -p "$data/metadata/$CLICKHOUSE_DB" "$data/data/$CLICKHOUSE_DB" ;;
esac

# The server keeps its tables' paths relative to where it is.
cd $data
if [ $# -eq 0 ]; then set -- clickhouse-server --config-file=/etc/clickhouse-server/config.xml; fi
exec "$@"
