import type { DockerOptions } from "dockerode";
import { SshAgent } from "./ssh-agent.ts";

/** Where Docker listens unless told otherwise. */
const DEFAULT_SOCKET = "/var/run/docker.sock";

/** How to reach an engine. Options win over `host`. */
export interface DockerConnection {
  /** In the form of DOCKER_HOST, e.g. "unix:///run/user/1000/docker.sock" or "tcp://127.0.0.1:2375". */
  readonly host?: string | undefined;
  /** Everything dockerode can be told: TLS material. */
  readonly docker?: Readonly<DockerOptions> | undefined;
  /** Milliseconds that it may leave a question without a letter of an answer. @default five minutes */
  readonly silence?: number | undefined;
}

/** What an HTTP client needs; the library knows the agent, its types do not. */
export interface EngineOptions extends DockerOptions {
  /** Makes the connections. @default Node's own way */
  readonly agent?: SshAgent;
}

/**
 * Options for dockerode. Always explicit: left to itself the library reads the process environment.
 * @throws when `host` is no address
 */
export function connectionOptions(connection: DockerConnection): EngineOptions {
  if (connection.docker !== undefined) return { ...connection.docker };
  const host = connection.host ?? "";
  if (host === "") return { socketPath: DEFAULT_SOCKET };
  if (host.startsWith("unix://")) return { socketPath: host.slice("unix://".length) };
  const url = new URL(host.startsWith("tcp://") ? `http://${host.slice("tcp://".length)}` : host);
  if (url.protocol === "ssh:") return throughSsh(url);
  const secure = url.protocol === "https:" || url.port === "2376";
  return {
    protocol: secure ? "https" : "http",
    host: bareHost(url),
    port: url.port === "" ? (secure ? 2376 : 2375) : Number(url.port),
  };
}

/** The host and port say nothing here: the agent knows whom to ask. */
const throughSsh = (url: URL): EngineOptions => ({
  ...{ protocol: "http", host: "docker", port: 80 },
  agent: new SshAgent({
    host: bareHost(url),
    ...(url.username === "" ? {} : { user: decodeURIComponent(url.username) }),
    ...(url.port === "" ? {} : { port: Number(url.port) }),
    ...(["", "/"].includes(url.pathname) ? {} : { socket: decodeURIComponent(url.pathname) }),
  }),
});

/** Without the brackets of an IPv6 address, which are part of URLs only. */
export const bareHost = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, "$1");

/** The address for people, in the form of DOCKER_HOST. */
export function connectionAddress({ agent, host, protocol, port, socketPath }: EngineOptions): string {
  if (agent !== undefined) return agent.address;
  if (host != null)
    return `${protocol ?? "http"}://${host.includes(":") ? `[${host}]` : host}:${String(port ?? 2375)}`;
  return `unix://${typeof socketPath === "string" ? socketPath : DEFAULT_SOCKET}`;
}
