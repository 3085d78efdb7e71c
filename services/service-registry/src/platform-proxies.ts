import type { AuthMode, GatewayRules } from "./gateway-rules.ts";
import {
  guardsOf,
  SUPER_USERS,
  terminate,
  USERS_AND_AGENTS,
  type Access,
  type Guarded,
  type GuardPlugin,
} from "./guard.ts";
import {
  entityId,
  ownTags,
  proxyTag,
  TIMEOUTS,
  traceReport,
  wantedPlugins,
  type Wanted,
} from "./kong-entities.ts";

/** A route of the gateway to a service of the platform, which is there whether or not an agent is. */
export interface PlatformProxy extends Guarded {
  /** Name of the gateway's service. */
  readonly name: string;
  /** Host and port of the service behind it. */
  readonly host: string;
  readonly port: number;
  /** Path that goes before the request's at the service behind it. */
  readonly upstreamPath?: string;
  /** Paths at the gateway, in Kong's own words: a prefix, or `~` and a regular expression. */
  readonly path: string;
  /** Among regular expressions that fit a path the highest counts. @default 0 */
  readonly priority?: number;
  /** Whether the service behind it sees the path without the part that led there. */
  readonly strip: boolean;
  /** @default all */
  readonly methods?: readonly string[];
  /** The service answers bit by bit, and its callers want to see that. */
  readonly streams?: true;
  /** The gateway answers with this itself. @default the service behind it does */
  readonly ends?: { readonly status: number; readonly message: string };
  /** Names that it is asked under, or all there are. @default the gateway's own */
  readonly hosts?: readonly string[] | "any";
  /** Its requests are parts of traces. @default they are not: files of a page, and health checks */
  readonly traced?: true;
  /** Only requests with one of these values of each of these headers. @default whatever they carry */
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  /** What stands before it, in place of what follows from who may come. */
  readonly guards?: readonly GuardPlugin[];
  /** Only requests of pages that are not the platform's own: browsers tell their origin. @default whoever asks */
  readonly foreignPages?: true;
}

type Kind = Omit<PlatformProxy, "host" | "port">;

interface Upstream {
  /** Variable with the host, and perhaps the port; that may also stand in its sibling that ends in `_PORT`. */
  readonly variable: string;
  readonly port: number;
  /** Only there in this mode. @default in all */
  readonly mode?: AuthMode;
  readonly proxies: readonly Kind[];
}

/** Where the page's own server sends visitors who came to the gateway's front door. */
const LANDING = "/landing";

const ANYBODY: Access = { anybody: true };

const UPSTREAMS: readonly Upstream[] = [
  {
    variable: "KONG_AUTH_HOST",
    port: 8001,
    mode: "enterprise",
    proxies: [
      {
        name: "auth-login",
        // Whatever trades a secret for a token. The auth service counts wrong tries, and lets right ones pass.
        path: "~/auth/(?:users/login|agents/token|github/authenticate)/?$",
        // Before the next one, which fits it, too.
        priority: 1,
        strip: false,
        agents: "may",
        access: { anybody: true, perSecond: 20 },
      },
      {
        name: "auth",
        // It asks for tokens itself, where it wants one.
        path: "~/auth(?=/|$)",
        strip: false,
        agents: "may",
        access: { anybody: true, perSecond: 50 },
      },
    ],
  },
  {
    variable: "KONG_BACKEND_HOST",
    port: 8000,
    proxies: [{ name: "backend-api-proxy", path: "/api", strip: false, traced: true }],
  },
  {
    variable: "KONG_ROUTER_HOST",
    port: 8000,
    proxies: [{ name: "nasiko-router", path: "/router", strip: false, streams: true, traced: true }],
  },
  {
    variable: "KONG_WEB_HOST",
    port: 4000,
    proxies: [
      { name: "web-app-proxy", path: "/app", strip: true, streams: true, access: ANYBODY },
      // The front door alone: a path that leads nowhere is to stay a 404, not a page.
      // Without the last slash, the page's relative addresses would lead elsewhere, hence `/app`, too.
      {
        name: "landing-page",
        path: "~/(?:app)?$",
        strip: true,
        upstreamPath: LANDING,
        access: ANYBODY,
      },
    ],
  },
  {
    variable: "KONG_N8N_HOST",
    port: 5678,
    proxies: [{ name: "n8n", path: "/n8n", strip: true, streams: true, access: SUPER_USERS }],
  },
  {
    variable: "KONG_REGISTRY_HOST",
    port: 8080,
    proxies: [
      { name: "gateway-status", path: "~/status$", strip: false, access: ANYBODY, agents: "may" },
      { name: "gateway-health", path: "~/health$", strip: false, access: ANYBODY, agents: "may" },
      // The list alone; what is below belongs to the agents themselves.
      {
        ...{ name: "gateway-agents", path: "~/agents$", strip: false },
        ...{ access: USERS_AND_AGENTS, agents: "may", tellsCaller: true },
      },
    ],
  },
  {
    // Agents find it under the name of the server itself, of which this leaves what changes nothing.
    variable: "KONG_OLLAMA_HOST",
    port: 11_434,
    proxies: [
      {
        ...{ name: "ollama", hosts: ["ollama"], strip: false, streams: true },
        path: "~/(?:api/(?:generate|chat|embed|embeddings|tags|show|version|ps)|v1/.+)?$",
        methods: ["GET", "HEAD", "POST"],
        ...{ access: ANYBODY, agents: "only" },
      },
      {
        ...{ name: "ollama-operator", hosts: ["ollama"], path: "/", strip: false },
        ends: { status: 403, message: "Models are added, changed and removed by the operator alone" },
      },
    ],
  },
];

/** Nothing is ever asked of it. */
const NOWHERE = { host: "127.0.0.1", port: 9 };

/**
 * What answers where nothing else does, or nothing else may. A request with a foreign origin goes nowhere, whatever its
 * path and method: a page may send one blindly that it could not read the answer of, and open a WebSocket, without
 * being asked first. Conditions go by number in Kong: every other route asks for a name and a path,
 * so the first, which asks for a header as well, is asked before them, the second last among those of the gateway's
 * own names, and the third whenever the name is another.
 */
export const DEAD_ENDS: readonly PlatformProxy[] = [
  {
    ...{ name: "foreign-page", ...NOWHERE, path: "/", strip: false, foreignPages: true },
    ends: { status: 403, message: "Pages of this origin may not call the gateway; see NASIKO_CORS_ORIGINS" },
  },
  {
    ...{ name: "no-route", ...NOWHERE, path: "/", strip: false },
    ends: { status: 404, message: "no Route matched with those values" },
  },
  {
    ...{ name: "unknown-host", ...NOWHERE, path: "/", strip: false, hosts: "any" },
    ends: { status: 421, message: "The gateway does not go by that name; see NASIKO_ALLOWED_HOSTS" },
  },
];

const HOST = /^([a-z0-9](?:[a-z0-9._-]{0,251}[a-z0-9])?)(?::([1-9]\d{0,4}))?$/i;

/** The proxies whose service is there, and what is wrong with the variables. */
export function readProxies(
  environment: Readonly<Record<string, string | undefined>>,
  mode: AuthMode,
): {
  readonly proxies: readonly PlatformProxy[];
  readonly problems: readonly string[];
} {
  const read = UPSTREAMS.filter((upstream) => (upstream.mode ?? mode) === mode).map(
    ({ variable, port: usual, proxies }) => {
      const text = environment[variable] ?? "";
      if (text === "") return { proxies: [], problems: [] };
      const [, host, given] = HOST.exec(text) ?? [];
      const port = Number(given ?? environment[variable.replace(/_HOST$/, "_PORT")] ?? usual);
      if (host === undefined || !Number.isInteger(port) || port < 1 || port > 65535)
        return { proxies: [], problems: [`${variable} must be host or host:port`] };
      return { proxies: proxies.map((kind): PlatformProxy => ({ ...kind, host, port })), problems: [] };
    },
  );
  return {
    proxies: read.flatMap(({ proxies }) => proxies),
    problems: read.flatMap(({ problems }) => problems),
  };
}

/** What the gateway has to hold for it, in the order in which it has to be written. */
export function proxyEntities(rules: GatewayRules, proxy: PlatformProxy): readonly Wanted[] {
  const { stack } = rules;
  const { hosts = rules.hosts, methods = null } = proxy;
  // A colon, so that no agent's entities can have the same ids.
  const owner = `proxy:${proxy.name}`;
  const idOf = (collection: Wanted["collection"]): string => entityId(stack, owner, collection);
  const tags = [...ownTags(stack), proxyTag(proxy.name)];
  const service = { id: idOf("services") };
  const headers = proxy.foreignPages === true ? { origin: [notOneOf(rules.origins)] } : proxy.headers;
  const traces = proxy.traced === true ? traceReport(rules) : undefined;
  return [
    {
      collection: "services",
      id: service.id,
      fields: {
        name: proxy.name,
        protocol: "http",
        host: proxy.host,
        port: proxy.port,
        path: proxy.upstreamPath ?? null,
        ...TIMEOUTS,
        enabled: true,
        tags,
      },
    },
    ...(proxy.ends === undefined
      ? wantedPlugins(
          // Pages have nothing to report under names that only agents use.
          { stack, owner, service, tags, origins: proxy.guards === undefined ? rules.origins : [], traces },
          proxy.guards ?? guardsOf(rules, proxy),
        )
      : wantedPlugins({ stack, owner, service, tags, origins: [] }, [terminate(proxy.ends)])),
    {
      collection: "routes",
      id: idOf("routes"),
      fields: {
        name: `${proxy.name}-route`,
        service,
        protocols: ["http", "https"],
        hosts: hosts === "any" ? null : hosts,
        methods,
        ...(headers === undefined ? {} : { headers }),
        paths: [proxy.path],
        regex_priority: proxy.priority ?? 0,
        strip_path: proxy.strip,
        preserve_host: false,
        response_buffering: proxy.streams !== true,
        tags,
      },
    },
  ];
}

/** In Kong's words, any value of a header but these; it compares in lower case. */
const notOneOf = (values: readonly string[]): string =>
  `~*^(?!(?:${values.map((value) => value.toLowerCase().replace(/[^a-z0-9]/g, String.raw`\$&`)).join("|")})$)`;
