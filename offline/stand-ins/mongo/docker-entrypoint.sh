#!/bin/sh
# Options may stand alone: they are for mongod. Started as root, the server runs as the user mongodb all the same.
set -e

case ${1:-} in
  -*) set -- mongod "$@" ;;
esac

if [ "${1:-}" = mongod ] && [ "$(id -u)" = 0 ]; then
  find /data/db ! -user mongodb -exec chown mongodb:mongodb {} +
  exec setpriv --reuid=mongodb --regid=mongodb --clear-groups -- "$0" "$@"
fi

# What the server writes is nobody else's business.
umask 0077
exec "$@"
