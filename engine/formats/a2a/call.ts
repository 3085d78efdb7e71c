import type { AgentCard, AgentInterface } from "./card.ts";

/** Words in which agents are addressed: those of A2A 0.2 and 0.3, which are the same, and those of 1.0. */
export type Protocol = "0.3" | "1.0";

/** How an agent can be called by JSON-RPC. */
export type CallableBy =
  | {
      readonly kind: "json-rpc";
      readonly protocol: Protocol;
      /** The address on its card, as it stands there; may be empty. */
      readonly url: string;
    }
  | {
      readonly kind: "unsupported";
      /** What it speaks instead, for people, e.g. "gRPC". */
      readonly bindings: readonly string[];
    };

/** The interface to use; of several the one of the older version, which every client of the platform speaks. */
export function callableBy({ interfaces }: Pick<AgentCard, "interfaces">): CallableBy {
  const callable = interfaces.flatMap((one) => {
    const protocol = one.binding === "JSONRPC" ? protocolOf(one.version) : undefined;
    return protocol === undefined ? [] : [{ kind: "json-rpc" as const, protocol, url: one.url }];
  });
  const best = callable.find(({ protocol }) => protocol === "0.3") ?? callable[0];
  return best ?? { kind: "unsupported", bindings: [...new Set(interfaces.map(describe))] };
}

/** What is no number says nothing about the version. */
function protocolOf(version: string): Protocol | undefined {
  const major = /^v?(\d+)(?:\.|$)/.exec(version.trim())?.[1];
  if (major === undefined || Number(major) === 0) return "0.3";
  return Number(major) === 1 ? "1.0" : undefined;
}

const WORDS: Readonly<Record<string, string>> = { GRPC: "gRPC", "HTTP+JSON": "REST (HTTP+JSON)" };

const describe = ({ binding, version }: AgentInterface): string =>
  binding === "JSONRPC" ? `JSON-RPC of A2A ${version}` : (WORDS[binding] ?? binding);

/** Segments that mean the same to everybody between here and the agent; no dots, nothing escaped. */
const PLAIN_PATH = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)+\/?$/;

/**
 * Path below which an agent takes calls, taken from the address on its card: "" for its root, else e.g. "/a2a/v1".
 * An address at the gateway names the agent's route first, which is no part of it.
 * @param route path of the agent at the gateway, e.g. "/agents/agent-weather"
 */
export function pathOnCard(url: string, route?: string): string {
  if (!URL.canParse(url)) return "";
  const { pathname, protocol } = new URL(url);
  if (protocol !== "http:" && protocol !== "https:") return "";
  const own =
    route !== undefined && `${pathname}/`.startsWith(`${route}/`) ? pathname.slice(route.length) : pathname;
  return PLAIN_PATH.test(own) ? own : "";
}

/** Port that an address names. @returns undefined when it names none, or is one at a gateway: `/agents/agent-…` */
export function portOnCard(url: string): number | undefined {
  // Addresses without a scheme are in use for gRPC; templates like "http://localhost:${PORT}" are no addresses.
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || parsed.port === "" || parsed.pathname.startsWith("/agents/agent-"))
    return undefined;
  return Number(parsed.port);
}
