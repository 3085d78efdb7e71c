import type { DockerOptions } from "dockerode";

/** Where Docker listens unless told otherwise. */
const DEFAULT_SOCKET = "/var/run/docker.sock";

/** How to reach an engine. Options win over `host`. */
export interface DockerConnection {
  /** In the form of DOCKER_HOST, e.g. "unix:///run/user/1000/docker.sock" or "tcp://127.0.0.1:2375". */
  readonly host?: string | undefined;
  /** Everything dockerode can be told: TLS material, ssh. */
  readonly docker?: Readonly<DockerOptions> | undefined;
}

/**
 * Options for dockerode. Always explicit: left to itself the library reads the process environment.
 * @throws when `host` is no address
 */
export function connectionOptions(connection: DockerConnection): DockerOptions {
  if (connection.docker !== undefined) return { ...connection.docker };
  const host = connection.host ?? "";
  if (host === "") return { socketPath: DEFAULT_SOCKET };
  if (host.startsWith("unix://")) return { socketPath: host.slice("unix://".length) };
  const url = new URL(host.startsWith("tcp://") ? `http://${host.slice("tcp://".length)}` : host);
  const secure = url.protocol === "https:" || url.port === "2376";
  if (url.protocol === "ssh:")
    return {
      protocol: "ssh",
      host: url.hostname,
      port: url.port === "" ? 22 : Number(url.port),
      ...(url.username === "" ? {} : { username: url.username }),
    };
  return {
    protocol: secure ? "https" : "http",
    host: url.hostname,
    port: url.port === "" ? (secure ? 2376 : 2375) : Number(url.port),
  };
}

/** The address for people, in the form of DOCKER_HOST. */
export function connectionAddress(options: DockerOptions): string {
  if (options.host !== undefined)
    return `${options.protocol ?? "http"}://${options.host}:${String(options.port ?? 2375)}`;
  return `unix://${typeof options.socketPath === "string" ? options.socketPath : DEFAULT_SOCKET}`;
}
