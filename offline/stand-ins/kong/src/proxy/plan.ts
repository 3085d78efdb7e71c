import type { Identity } from "../entities/identities.ts";
import type { Service } from "../entities/service.ts";
import type { Answer, BoundPlugin, Ended, Exchange } from "../plugins/plugin.ts";
import { HeaderList } from "../http/header-list.ts";
import { toUpstream } from "./headers.ts";
import { escapePath, parseTarget } from "../http/path.ts";
import { upstreamPath } from "./router.ts";
import type { ProxyTarget, Snapshot } from "./snapshot.ts";

/** What came in over the wire. */
export interface IncomingFacts {
  readonly method: string;
  /** As in the request line. */
  readonly target: string;
  readonly httpVersion: string;
  /** Name, value, name, value, … */
  readonly rawHeaders: readonly string[];
  readonly clientAddress: string;
  readonly localPort: number;
  /** Whether it came over TLS. */
  readonly secure: boolean;
  readonly requestId: string;
}

interface PlanBase {
  /** Lets the plugins of the request have their say on the headers of the response. */
  readonly finish: (response: HeaderList) => void;
  /** Tells the plugins that follow the request how it ended. */
  readonly ended: (ended: Omit<Ended, "consumer">) => void;
}

export type Plan =
  /** Answered here. */
  | (PlanBase & { readonly kind: "answer"; readonly answer: Answer })
  | (PlanBase & {
      readonly kind: "forward";
      readonly service: Service;
      /** Path and query for the upstream server. */
      readonly target: string;
      readonly headers: HeaderList;
      /** Bytes of the body beyond which it is broken off. */
      readonly largestBody: number;
    });

const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** Host and port of a service, as a Host header has it. */
function serviceAuthority({ host, port, protocol }: Service): string {
  const name = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  return DEFAULT_PORTS[protocol] === port ? name : `${name}:${port}`;
}

function finisher(plugins: readonly BoundPlugin[], request: HeaderList): (response: HeaderList) => void {
  return (response) => plugins.forEach((plugin) => plugin.response(request, response));
}

/** Nothing follows what reached no route. */
const nobody = (): void => undefined;

const NO_ROUTE: Answer = { status: 404, error: "no Route matched with those values" };

/** Routes over TLS alone are not answered in the clear: asked to upgrade, or sent there. */
function insist({ route }: ProxyTarget, secure: boolean, host: string, target: string): Answer | undefined {
  if (secure) return route.protocols.includes("https") ? undefined : NO_ROUTE;
  if (route.protocols.includes("http")) return undefined;
  const status = route.https_redirect_status_code;
  if (status !== 426) return { status, headers: [["Location", `https://${host}${target}`]] };
  return {
    status,
    error: "Please use HTTPS protocol",
    headers: [
      ["Connection", "Upgrade"],
      ["Upgrade", "TLS/1.2, HTTP/1.1"],
    ],
  };
}

/** What the plugins before the upstream server decide. */
function runAccess(
  plugins: readonly BoundPlugin[],
  exchange: Exchange,
): {
  readonly answer: Answer | undefined;
  readonly largestBody: number;
  readonly finish: (response: HeaderList) => void;
  readonly identity: Identity | undefined;
} {
  const added: (readonly [string, string])[] = [];
  const silent = new Set<string>();
  let answer: Answer | undefined;
  let { identity } = exchange;
  let largestBody = Infinity;
  for (const plugin of plugins) {
    const outcome = plugin.access({ ...exchange, identity });
    identity = outcome?.identity ?? identity;
    added.push(...(outcome?.responseHeaders ?? []));
    largestBody = Math.min(largestBody, outcome?.largestBody ?? Infinity);
    if (outcome?.leaveResponse === true) silent.add(plugin.id);
    answer = outcome?.answer;
    if (answer !== undefined) break;
  }
  const speaking = plugins.filter(({ id }) => !silent.has(id));
  const finish = finisher(speaking, exchange.requestHeaders);
  return {
    answer,
    largestBody,
    identity,
    finish: (response) => {
      for (const [name, value] of added) response.set(name, value);
      finish(response);
    },
  };
}

/** Headers that nginx takes once only: given twice, the gateway and the server behind it could read different ones. */
const UNIQUE = ["host", "authorization"];

/** Decides what becomes of a request. Pure but for what plugins count. */
export function planRequest(snapshot: Snapshot, facts: IncomingFacts): Plan {
  const requestHeaders = HeaderList.fromRaw(facts.rawHeaders);
  const everywhere = finisher(snapshot.globalPlugins, requestHeaders);
  const parsed = parseTarget(facts.target);
  if (parsed === undefined || UNIQUE.some((name) => requestHeaders.getAll(name).length > 1))
    return {
      kind: "answer",
      answer: { status: 400, error: "Bad request" },
      finish: everywhere,
      ended: nobody,
    };
  if (facts.method === "TRACE" || facts.method === "CONNECT")
    return {
      kind: "answer",
      answer: { status: 405, error: "Method not allowed" },
      finish: everywhere,
      ended: nobody,
    };

  const host = parsed.authority ?? requestHeaders.get("host");
  const match = snapshot.router({
    method: facts.method,
    path: parsed.path,
    host,
    headers: (name) => requestHeaders.getAll(name),
  });
  if (match === undefined) return { kind: "answer", answer: NO_ROUTE, finish: everywhere, ended: nobody };
  const { route, service, plugins } = match.target;
  const insistence = insist(match.target, facts.secure, host ?? "", facts.target);
  if (insistence !== undefined)
    return { kind: "answer", answer: insistence, finish: everywhere, ended: nobody };

  const upstreamHeaders = HeaderList.fromRaw(facts.rawHeaders);
  toUpstream(upstreamHeaders, {
    requestId: facts.requestId,
    clientAddress: facts.clientAddress,
    httpVersion: facts.httpVersion,
    host,
    localPort: facts.localPort,
    secure: facts.secure,
    rawPath: parsed.rawPath,
    strippedPrefix: route.strip_path && match.prefix !== undefined ? escapePath(match.prefix) : undefined,
    upstreamHost:
      route.preserve_host && host !== undefined ? host : service === null ? "" : serviceAuthority(service),
  });
  const exchange: Exchange = {
    method: facts.method,
    path: parsed.path,
    query: new URLSearchParams(parsed.query),
    clientAddress: facts.clientAddress,
    requestHeaders,
    upstreamHeaders,
    route,
    service,
    identities: snapshot.identities,
    identity: undefined,
  };
  const following = plugins.flatMap((plugin) => plugin.begin(exchange) ?? []);
  const access = runAccess(plugins, exchange);
  const { answer, identity } = access;
  const consumer = identity?.consumer.username ?? undefined;
  const ended: PlanBase["ended"] = (end) => following.forEach((one) => one.ended({ ...end, consumer }));
  const finish = (response: HeaderList): void => {
    for (const { responseHeaders } of following)
      for (const [name, value] of responseHeaders) response.set(name, value);
    access.finish(response);
  };
  if (answer !== undefined) return { kind: "answer", answer, finish, ended };
  if (service === null)
    return {
      kind: "answer",
      answer: { status: 503, error: "no Service found with those values" },
      finish,
      ended,
    };
  const path = upstreamPath({
    servicePath: service.path,
    stripPath: route.strip_path,
    pathHandling: route.path_handling,
    requestPath: parsed.path,
    postfix: match.postfix,
  });
  return {
    kind: "forward",
    service,
    target: escapePath(path) + parsed.query,
    headers: upstreamHeaders,
    largestBody: access.largestBody,
    finish,
    ended,
  };
}
