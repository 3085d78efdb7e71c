/** Modes of the proxy: what it lets through. */
const MODES = ["read"] as const;
type Mode = (typeof MODES)[number];

export interface Settings {
  readonly mode: Mode;
  /** The one stack whose containers can be seen. */
  readonly stack: string;
  /** Address to listen on. @default "0.0.0.0" */
  readonly host: string;
  /** @default 2375 */
  readonly port: number;
  /** Path of the engine's socket. @default "/var/run/docker.sock" */
  readonly socket: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws Error that names every variable that is missing or wrong */
export function readSettings(environment: Environment): Settings {
  const mode = MODES.find((known) => known === environment["NASIKO_PROXY_MODE"]);
  const stack = environment["NASIKO_STACK"] ?? "";
  const port = Number(environment["PORT"] ?? "2375");
  const problems = [
    mode === undefined ? `NASIKO_PROXY_MODE must be one of: ${MODES.join(", ")}` : "",
    /^[a-z0-9][a-z0-9_.-]{0,62}$/i.test(stack) ? "" : "NASIKO_STACK must be the name of a stack",
    Number.isInteger(port) && port >= 0 && port <= 65535 ? "" : "PORT must be a number from 0 to 65535",
  ].filter((problem) => problem !== "");
  if (mode === undefined || problems.length > 0) throw new Error(problems.join("; "));
  return {
    mode,
    stack,
    host: environment["HOST"] ?? "0.0.0.0",
    port,
    socket: environment["NASIKO_DOCKER_SOCKET"] ?? "/var/run/docker.sock",
  };
}
