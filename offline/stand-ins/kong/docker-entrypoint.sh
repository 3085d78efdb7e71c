#!/bin/bash
# As the official image's: KONG_…_FILE names a file whose content becomes the value of KONG_….
set -euo pipefail

for name in KONG_PG_PASSWORD KONG_PG_USER KONG_PG_HOST KONG_PG_DATABASE; do
  file="${name}_FILE"
  if [ -n "${!file:-}" ]; then
    if [ -n "${!name:-}" ]; then
      echo "Error: both $name and $file are set (but are exclusive)" >&2
      exit 1
    fi
    export "$name=$(<"${!file}")"
    unset "$file"
  fi
done

exec "$@"
