/** Finds the engine as the docker command does, so that both always talk to the same one. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";

import type { DockerConnection } from "../../engine/providers/docker/client.ts";
import { bareHost } from "../../engine/providers/docker/connection.ts";
import { dockerConfigFolder } from "./docker-config.ts";
import { certificatesUnreadable, contextUnknown, dockerHostInvalid } from "./errors.ts";

/** An engine, and how it was found. */
export interface EngineEndpoint {
  /** In the form of DOCKER_HOST. */
  readonly host: string;
  /** For people, e.g. "DOCKER_HOST" or "the docker context colima". */
  readonly source: string;
  /** Folder with ca.pem, cert.pem and key.pem. @default no TLS of its own */
  readonly certificates?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

export const DEFAULT_SOCKET = "/var/run/docker.sock";

/** Forms of DOCKER_HOST that are understood. */
const ADDRESS = /^(?:unix:\/\/\/.+|(?:tcp|https?|ssh):\/\/[^/]+)/;

/**
 * The order of the docker command: DOCKER_HOST, DOCKER_CONTEXT, the context that `docker context use` chose, the
 * default socket. Where that is missing, the sockets of engines that each user runs: the command finds them only by a
 * context, but people expect them to be found.
 * @throws NSK-DOCKER-CONTEXT-UNKNOWN, NSK-DOCKER-HOST-INVALID
 */
export function findEngine(environment: Environment): EngineEndpoint {
  const host = environment["DOCKER_HOST"] ?? "";
  if (host !== "")
    return withCertificates({ host: checked(host, "DOCKER_HOST"), source: "DOCKER_HOST" }, environment);
  const folder = dockerConfigFolder(environment);
  const asked = environment["DOCKER_CONTEXT"] ?? "";
  const context = asked === "" ? currentContext(folder) : asked;
  if (folder !== undefined && context !== "" && context !== "default") return fromContext(folder, context);
  const found = [DEFAULT_SOCKET, ...userSockets(environment)].find((socket) => existsSync(socket));
  if (found === undefined || found === DEFAULT_SOCKET)
    return { host: `unix://${DEFAULT_SOCKET}`, source: "the default socket" };
  return { host: `unix://${found}`, source: "a socket of this user" };
}

/**
 * What a client needs to reach it. Over ssh and Unix sockets certificates are of no use.
 * @throws NSK-DOCKER-CERTIFICATES
 */
export function connectionTo({ host, certificates, source }: EngineEndpoint): DockerConnection {
  if (certificates === undefined || !/^(?:tcp|https):/.test(host)) return { host };
  const url = new URL(host.replace(/^tcp:/, "https:"));
  const read = (name: string): string | undefined => {
    const file = join(certificates, name);
    try {
      return readFileSync(file, "utf8");
    } catch (error) {
      // A context may have no client certificate; one that cannot be read is another matter.
      if (source !== "DOCKER_HOST" && !existsSync(file)) return undefined;
      throw certificatesUnreadable({ file, source, why: error instanceof Error ? error.message : "" });
    }
  };
  const [ca, cert, key] = ["ca.pem", "cert.pem", "key.pem"].map(read);
  return {
    docker: {
      protocol: "https",
      host: bareHost(url),
      port: url.port === "" ? 2376 : Number(url.port),
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    },
  };
}

/** Whether its ports are this machine's ports. */
export const isOnThisMachine = ({ host }: EngineEndpoint): boolean =>
  host.startsWith("unix://") || /^\w+:\/\/(?:127\.|localhost\b|\[::1\])/.test(host);

/** Sockets of Docker Desktop, rootless Docker, Colima, Rancher Desktop, OrbStack and Podman, the user's own first. */
function userSockets(environment: Environment): readonly string[] {
  const home = environment["HOME"] ?? "";
  // The XDG specification: a relative path is invalid and counts as unset.
  const runtime = environment["XDG_RUNTIME_DIR"] ?? "";
  return [
    ...(!isAbsolute(runtime) ? [] : [join(runtime, "docker.sock")]),
    ...(home === ""
      ? []
      : [
          ".docker/run/docker.sock",
          ".docker/desktop/docker.sock",
          ".colima/default/docker.sock",
          ".rd/docker.sock",
          ".orbstack/run/docker.sock",
        ].map((socket) => join(home, socket))),
    ...(runtime === "" ? [] : [join(runtime, "podman/podman.sock")]),
    "/run/podman/podman.sock",
  ];
}

/** A config that is missing or is no JSON chooses none; the docker command warns of the latter, and goes on. */
function currentContext(folder: string | undefined): string {
  const chosen =
    folder === undefined ? undefined : field(readJson(join(folder, "config.json")), "currentContext");
  return typeof chosen === "string" ? chosen : "";
}

/** The docker command keeps a context below the hash of its name. */
function fromContext(folder: string, name: string): EngineEndpoint {
  const id = createHash("sha256").update(name).digest("hex");
  const meta = readJson(join(folder, "contexts/meta", id, "meta.json"));
  const host = field(field(field(meta, "Endpoints"), "docker"), "Host");
  if (typeof host !== "string") throw contextUnknown({ name, folder: join(folder, "contexts") });
  const source = `the docker context ${name}`;
  const certificates = join(folder, "contexts/tls", id, "docker");
  return { host: checked(host, source), source, ...(existsSync(certificates) ? { certificates } : {}) };
}

function withCertificates(endpoint: EngineEndpoint, environment: Environment): EngineEndpoint {
  if ((environment["DOCKER_TLS_VERIFY"] ?? "") === "" || endpoint.host.startsWith("unix://")) return endpoint;
  const certificates = environment["DOCKER_CERT_PATH"] ?? dockerConfigFolder(environment);
  return certificates === undefined ? endpoint : { ...endpoint, certificates };
}

function checked(host: string, source: string): string {
  if (!ADDRESS.test(host) || (!host.startsWith("unix:") && !URL.canParse(host)))
    throw dockerHostInvalid({ host, source });
  return host;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
