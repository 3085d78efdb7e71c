import { join } from "node:path";

export interface ServerSettings {
  readonly host: string;
  readonly port: number;
  /** Folder whose models are listed; belongs on a volume. @default "$HOME/.ollama/models" */
  readonly models: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_PORT = 11_434;

/** Where `serve` listens, and where the other commands ask: from OLLAMA_HOST, as Ollama reads it. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Reads OLLAMA_HOST: "host", "host:port", ":port", each with or without "http://" before it.
 * @param text default: 127.0.0.1:11434
 * @throws Error for anything else
 */
export function parseAddress(text: string | undefined): Address {
  const bare = (text ?? "").trim().replace(/^http:\/\//, "");
  const match = /^(?<host>\[[\da-fA-F:.]+\]|[^\s:/[\]]*)(?::(?<port>\d{1,5}))?\/?$/.exec(bare);
  const port = Number(match?.groups?.["port"] ?? DEFAULT_PORT);
  if (match === null || port > 65_535) throw new Error(`OLLAMA_HOST must be host:port, not "${text ?? ""}"`);
  const host = (match.groups?.["host"] ?? "").replace(/^\[(.*)\]$/, "$1");
  return { host: host === "" ? "127.0.0.1" : host, port };
}

/** The URL under which a server with this address is asked; "all addresses" is asked on the loopback one. */
export function urlOf({ host, port }: Address): string {
  const asked = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${asked.includes(":") ? `[${asked}]` : asked}:${port}`;
}

/** @throws Error when OLLAMA_HOST makes no sense, or there is no folder for the models */
export function readServerSettings(environment: Environment): ServerSettings {
  const home = environment["HOME"];
  const models =
    environment["OLLAMA_MODELS"] ?? (home === undefined ? undefined : join(home, ".ollama/models"));
  if (models === undefined || models === "") throw new Error("neither OLLAMA_MODELS nor HOME is set");
  return { ...parseAddress(environment["OLLAMA_HOST"]), models };
}
