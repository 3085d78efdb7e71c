#!/bin/sh
# Options and a configuration file may stand alone: they are for redis-server. Started as root, the server runs as
# the user redis all the same, on data that it owns.
set -e

case ${1:-} in
  -* | *.conf) set -- redis-server "$@" ;;
esac

if [ "${1:-}" = redis-server ] && [ "$(id -u)" = 0 ]; then
  find . ! -user redis -exec chown redis:redis {} +
  exec setpriv --reuid=redis --regid=redis --clear-groups -- "$0" "$@"
fi

# What the server writes is nobody else's business.
umask 0077
exec "$@"
