import type { IncomingHttpHeaders } from "node:http";
import { BlockList, isIP } from "node:net";
import type { AuthMode } from "./gateway-rules.ts";
import { agentGroup, SUPER_USER, USER } from "./guard.ts";
import { gatewaySecret } from "../../lib/derive-secret.ts";
import { isSecret, REGISTRY, SECRET_HEADER } from "./gateway-secret.ts";

/** What somebody may be told. */
export type Access =
  /** The operator's command line, the platform's own services, and super users: everything. */
  | { readonly kind: "everything" }
  /** Users of the gateway: the agents that they may use, and how these are. */
  | { readonly kind: "user"; readonly maySee: (agent: string) => boolean }
  /** Agents: what it takes to call those that they may call. */
  | { readonly kind: "agent"; readonly maySee: (agent: string) => boolean }
  /** Everybody else: that the registry is there. */
  | { readonly kind: "nothing" };

export interface AccessOptions {
  readonly mode: AuthMode;
  /** Bearer token that opens everything. */
  readonly token: string | undefined;
  /** What the gateway proves itself with. */
  readonly secret?: string;
}

const EVERYTHING: Access = { kind: "everything" };
const NOTHING: Access = { kind: "nothing" };
const everyAgent = (): boolean => true;

/**
 * Tells by a request's headers what whoever sent it may know. Those by which the gateway says who calls count only
 * beside its secret: everybody else on the networks could write them, too.
 * @param agentAddresses where agents call from, as CIDR ranges
 */
export function createAccess(
  { mode, token, secret }: AccessOptions,
  agentAddresses: () => readonly string[] | undefined,
): (headers: IncomingHttpHeaders) => Access {
  const gateway = secret === undefined ? undefined : gatewaySecret(secret, REGISTRY);
  return (headers) => {
    if (isSecret(/^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1], token)) return EVERYTHING;
    if (!isSecret(textOf(headers[SECRET_HEADER.toLowerCase()]), gateway)) return NOTHING;
    if (mode === "simple") {
      const isAgent = isWithin(textOf(headers["x-real-ip"]) ?? "", agentAddresses());
      return { kind: isAgent ? "agent" : "user", maySee: everyAgent };
    }
    const groups = (textOf(headers["x-consumer-groups"]) ?? "").split(",").map((group) => group.trim());
    if (groups.includes(SUPER_USER)) return EVERYTHING;
    const maySee = (agent: string): boolean => groups.includes(agentGroup(agent));
    return { kind: groups.includes(USER) ? "user" : "agent", maySee };
  };
}

const textOf = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === "string" ? value : undefined;

/** Whoever's address says nothing is told as little as an agent. */
function isWithin(address: string, ranges: readonly string[] | undefined): boolean {
  const family = isIP(address);
  if (family === 0 || ranges === undefined) return true;
  const list = new BlockList();
  for (const range of ranges) {
    const [start = "", length = ""] = range.split("/");
    list.addSubnet(start, Number(length), isIP(start) === 6 ? "ipv6" : "ipv4");
  }
  return list.check(address, family === 6 ? "ipv6" : "ipv4");
}
