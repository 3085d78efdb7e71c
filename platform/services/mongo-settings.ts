import type { HealthCheck } from "./service-spec.ts";
import { publicImage } from "./service-spec.ts";

/** A long-lived line: the tags without a patch level are not kept up any more. */
export const MONGO_IMAGE = publicImage("mongo", "8.0.29");

/** Numeric user of the official image. */
export const MONGO_USER = "999:999";

/** The rest of the root file system is read-only. The official image makes a volume of /data/configdb by itself. */
export const MONGO_SCRATCH: Readonly<Record<string, string>> = {
  "/tmp": "rw,noexec,nosuid,size=16m,mode=1777",
  "/data/configdb": "rw,noexec,nosuid,size=1m,mode=1777",
};

/** The command `{ping: 1, $db: "admin"}` as an OP_MSG of MongoDB's wire protocol, for printf. */
const PING =
  "\\x33\\0\\0\\0\\1\\0\\0\\0\\0\\0\\0\\0\\xdd\\x07\\0\\0\\0\\0\\0\\0\\0" +
  "\\x1e\\0\\0\\0\\x10ping\\0\\1\\0\\0\\0\\2$db\\0\\6\\0\\0\\0admin\\0\\0";

/**
 * Asks the server with bash's own sockets: it needs no password, works in both images, and costs a fraction of
 * starting mongosh (Node.js). By the host's name, because the server that initialises an empty volume listens on
 * 127.0.0.1 only. The answer's `ok: 1.0` ends in the bytes F0 3F, between zeros.
 */
export const MONGO_HEALTH: HealthCheck = {
  test: [
    "CMD",
    "bash",
    "-c",
    [
      "LC_ALL=C",
      "exec 3<>/dev/tcp/$HOSTNAME/27017 || exit 1",
      `printf '${PING}' >&3`,
      "while IFS= read -r -t 4 -d '' part <&3",
      "do case $part in *ok) ok=1;; $'\\xf0?') exit $((1 - ok));; esac",
      "done",
      "exit 1",
    ].join("\n"),
  ],
};
