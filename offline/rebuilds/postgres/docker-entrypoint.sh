#!/bin/sh
# Starts PostgreSQL, after making its database cluster on an empty volume. From the environment, as in the official
# image: POSTGRES_PASSWORD (needed for that), POSTGRES_USER (default: postgres), POSTGRES_DB (default: the user),
# each also as a file, e.g. POSTGRES_PASSWORD_FILE; PGDATA.
set -eu

fail() {
  echo "postgres: $*" >&2
  exit 1
}

# value NAME DEFAULT: the variable, else the content of the file that NAME_FILE names, else the default.
value() {
  eval "direct=\${$1:-} file=\${$1_FILE:-}"
  if [ -n "$direct" ] && [ -n "$file" ]; then fail "$1 and $1_FILE are both set: which one counts?"; fi
  if [ -n "$file" ]; then
    [ -r "$file" ] || fail "$1_FILE names $file, which cannot be read"
    direct=$(cat "$file")
  fi
  printf '%s' "${direct:-$2}"
}

# A cluster is made beside its place and moved there when it is whole: whatever ends this script meanwhile, the next
# start finds either nothing or everything.
make_cluster() {
  password=$(value POSTGRES_PASSWORD '')
  user=$(value POSTGRES_USER postgres)
  database=$(value POSTGRES_DB "$user")
  [ -n "$password" ] || fail "POSTGRES_PASSWORD is not set, and there is no database in $PGDATA yet"

  parent=$(dirname "$PGDATA")
  mkdir -p "$parent"
  rm -rf "$parent"/.unfinished-*
  unfinished=$parent/.unfinished-$(cat /proc/sys/kernel/random/uuid)

  # The password goes through a pipe: neither the process list nor the disk sees it.
  printf '%s\n' "$password" | initdb --pgdata="$unfinished" --username="$user" --pwfile=/dev/stdin \
    --auth-local=trust --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 \
    --set=listen_addresses='*' --set=unix_socket_directories=/tmp --set=log_timezone=UTC --set=timezone=UTC \
    --no-instructions --no-sync
  # initdb lets in connections from the machine itself only.
  printf 'host all all all scram-sha-256\n' >>"$unfinished/pg_hba.conf"
  if [ "$database" != postgres ]; then
    # The single-user server needs no port, so nobody can mistake it for the real one. It ends with 0 even when a
    # statement failed: the second one proves the first.
    quoted=$(printf '%s' "$database" | sed 's/"/""/g')
    literal=$(printf '%s' "$database" | sed "s/'/''/g")
    printf "CREATE DATABASE \"%s\";\nSELECT 'made' FROM pg_database WHERE datname = '%s';\n" "$quoted" "$literal" |
      postgres --single -c fsync=off -D "$unfinished" template1 |
      grep '"made"' >/dev/null || fail "no database $database could be made"
  fi
  # All at once, instead of after each step.
  initdb --sync-only --pgdata="$unfinished"
  mv -T "$unfinished" "$PGDATA"
  sync "$parent"
}

case ${1:-} in
  -*) set -- postgres "$@" ;;
esac

if [ "${1:-}" = postgres ]; then
  if [ "$(id -u)" = 0 ]; then
    mkdir -p "$(dirname "$PGDATA")"
    find /var/lib/postgresql ! -user postgres -exec chown postgres:postgres {} +
    exec setpriv --reuid=postgres --regid=postgres --clear-groups -- "$0" "$@"
  fi
  umask 0077
  if [ ! -s "$PGDATA/PG_VERSION" ]; then make_cluster; fi
  # The server keeps its environment: the password has no business there.
  unset POSTGRES_PASSWORD
fi

exec "$@"
