import { SERVER_TOKEN } from "../lib/version.ts";
import type { HeaderList } from "../http/header-list.ts";

/** Headers that belong to one connection and never travel on. */
const HOP_BY_HOP = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

const listed = (value: string): readonly string[] => value.split(",").map((name) => name.trim());

/** Removes the hop-by-hop headers, and those that `Connection` declares to be. */
function dropHopByHop(headers: HeaderList): void {
  const declared = headers.getAll("connection").flatMap(listed);
  headers.delete(...HOP_BY_HOP, ...declared);
}

/** Where a request came from and where it goes: what the forwarding headers tell. */
export interface Forwarding {
  readonly requestId: string;
  readonly clientAddress: string;
  readonly httpVersion: string;
  /** Host header as the client sent it, or undefined. */
  readonly host: string | undefined;
  readonly localPort: number;
  /** Whether it came over TLS. */
  readonly secure: boolean;
  /** Path as the client wrote it, without the query. */
  readonly rawPath: string;
  /** The prefix that was stripped, if any. */
  readonly strippedPrefix: string | undefined;
  /** Value of Host for the upstream server. */
  readonly upstreamHost: string;
}

/**
 * Turns a client's request headers into those for the upstream server. Forwarding headers of the client are not
 * believed, because no address is trusted: all but X-Forwarded-For are replaced, and that one is continued.
 */
export function toUpstream(headers: HeaderList, forwarding: Forwarding): void {
  const forwardedFor = [...headers.getAll("x-forwarded-for"), forwarding.clientAddress].join(", ");
  const via = [...headers.getAll("via"), `${forwarding.httpVersion} ${SERVER_TOKEN}`].join(", ");
  dropHopByHop(headers);
  headers.delete("proxy", "expect", "x-forwarded-path", "x-forwarded-prefix");
  headers.set("Host", forwarding.upstreamHost);
  headers.set("Via", via);
  headers.set("X-Forwarded-For", forwardedFor);
  headers.set("X-Forwarded-Proto", forwarding.secure ? "https" : "http");
  headers.set("X-Forwarded-Host", hostName(forwarding.host ?? ""));
  headers.set("X-Forwarded-Port", String(forwarding.localPort));
  headers.set("X-Forwarded-Path", forwarding.rawPath);
  if (forwarding.strippedPrefix !== undefined && forwarding.strippedPrefix !== "/")
    headers.set("X-Forwarded-Prefix", forwarding.strippedPrefix);
  headers.set("X-Real-IP", forwarding.clientAddress);
  headers.set("X-Kong-Request-Id", forwarding.requestId);
}

/** Times of one exchange, in milliseconds. */
export interface Shares {
  /** Until the upstream server answered. */
  readonly upstream: number;
  /** Spent in here. */
  readonly proxy: number;
}

/** Turns an upstream server's response headers into those for the client. */
export function toClient(headers: HeaderList, requestId: string, shares: Shares): void {
  const via = [...headers.getAll("via"), `1.1 ${SERVER_TOKEN}`].join(", ");
  dropHopByHop(headers);
  headers.set("X-Kong-Upstream-Latency", String(shares.upstream));
  headers.set("X-Kong-Proxy-Latency", String(shares.proxy));
  headers.set("Via", via);
  headers.set("X-Kong-Request-Id", requestId);
}

/** A Host header without its port, in lower case. */
const hostName = (host: string): string => host.replace(/:\d*$/, "").toLowerCase();
