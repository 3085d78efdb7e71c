#!/bin/bash
# Runs the server until it is ready, then ends it in order.
set -eu
export PHOENIX_WORKING_DIR=/tmp/warm-up PHOENIX_HOST=127.0.0.1 PHOENIX_TELEMETRY_ENABLED=false
python -m phoenix.server.main serve >/tmp/warm-up.log 2>&1 &
server=$!

ready() {
  exec 3<>/dev/tcp/127.0.0.1/6006 || return 1
  printf 'GET /readyz HTTP/1.0\r\n\r\n' >&3
  IFS= read -r status <&3 && [[ $status == *' 200 '* ]]
}

until (ready) 2>/dev/null; do
  if ! kill -0 "$server"; then
    cat /tmp/warm-up.log >&2
    exit 1
  fi
  sleep 1
done
kill "$server"
wait "$server" || [ $? -eq 143 ]
