import { z } from "zod";

/** Runs where the Admin API can be reached, and leaves out what is secret in the configuration of plugins. */
export const READ_GATEWAY_TABLE = `
  const all = async (path) => {
    const { data, next } = await (await fetch(process.env.KONG_ADMIN_URL + path)).json();
    return next ? [...data, ...(await all(next))] : data;
  };
  const read = (collection) => all("/" + collection + "?size=1000");
  Promise.all(["services", "routes", "plugins"].map(read)).then(([services, routes, plugins]) => {
    const serviceOf = (entity) => entity.service?.id ?? null;
    console.log(JSON.stringify({
      services: services.map(({ id, name }) => ({ id, name })),
      routes: routes.map((route) => ({
        id: route.id, name: route.name, service: serviceOf(route),
        credential: (route.headers?.authorization ?? []).some((value) => value.length >= 40 && !value.startsWith("~")),
      })),
      plugins: plugins.map((plugin) => ({
        name: plugin.name, enabled: plugin.enabled, service: serviceOf(plugin), route: plugin.route?.id ?? null,
        anonymous: plugin.config.anonymous ?? null, removes: plugin.config.remove?.headers ?? [],
      })),
    }));
  });`;

const Id = z.string().nullable();
const Table = z.object({
  services: z.array(z.object({ id: z.string(), name: z.string().nullable() })),
  routes: z.array(
    z.object({
      id: z.string(),
      name: z.string().nullable(),
      service: Id,
      /** Whether it asks for a secret in the header Authorization; without that, no request comes to it. */
      credential: z.boolean(),
    }),
  ),
  plugins: z.array(
    z.object({
      name: z.string(),
      enabled: z.boolean(),
      service: Id,
      route: Id,
      /** Consumer that callers without a token become. */
      anonymous: z.string().nullable(),
      /** Headers that requests lose. */
      removes: z.array(z.string()),
    }),
  ),
});

/** The gateway's routes and what stands before each. */
export type GatewayTable = z.output<typeof Table>;
type Route = GatewayTable["routes"][number];
type Plugin = GatewayTable["plugins"][number];

/** @throws Error when this is no table */
export function readGatewayTable(output: string): GatewayTable {
  try {
    return Table.parse(JSON.parse(output));
  } catch (error) {
    throw new Error("the gateway's Admin API does not tell its routes", { cause: error });
  }
}

const standsBefore = ({ service, route }: Plugin, asked: Route): boolean =>
  (service === null || service === asked.service) && (route === null || route === asked.id);

const asksForToken = (plugins: readonly Plugin[]): boolean =>
  plugins.some(({ name, anonymous }) => name === "jwt" && anonymous === null) &&
  plugins.some(({ name }) => name === "acl");

/** Services of the gateway that anybody may ask: where tokens come from, the page, and whether it is well. */
const FOR_ANYBODY = [
  "auth-login",
  "auth",
  "web-app-proxy",
  "landing-page",
  "gateway-status",
  "gateway-health",
];
/** For anybody as well, as long as an address is asked for: models are for agents alone. */
const BY_ADDRESS = ["ollama"];

/** Routes that let in who has no token, and are not there for that. */
export function unguardedRoutes({ services, routes, plugins }: GatewayTable): readonly string[] {
  const names = new Map(services.map(({ id, name }) => [id, name]));
  return routes.flatMap((route) => {
    const before = plugins.filter((plugin) => plugin.enabled && standsBefore(plugin, route));
    const has = (plugin: string): boolean => before.some(({ name }) => name === plugin);
    const service = names.get(route.service ?? "") ?? "";
    const isOpen = FOR_ANYBODY.includes(service) || (BY_ADDRESS.includes(service) && has("ip-restriction"));
    return isOpen || route.credential || has("request-termination") || asksForToken(before)
      ? []
      : [route.name ?? route.id];
  });
}

/** What a caller proves its identity with: whoever receives it can use it elsewhere. */
const CREDENTIALS = ["authorization", "proxy-authorization", "cookie"];
/** In what a server behind the gateway takes somebody's word for who calls. */
const CLAIMS = ["x-subject-id", "x-subject-type", "x-is-super-user", "x-permissions", "x-consumer-groups"];
/** The plugin jwt writes these, and takes off what a caller sent under the same names. */
const WRITTEN_BY_JWT = ["x-consumer-id", "x-consumer-custom-id", "x-consumer-username"];

/** A name with underscores is another one to the gateway, but not to every server behind it. */
const underscored = (name: string): string => name.replaceAll("-", "_");

/** Headers of a request that reach an agent and must not, as "agent: header". */
export function headersThatReachAgents({ services, routes, plugins }: GatewayTable): readonly string[] {
  return routes.flatMap((route) => {
    const service = services.find(({ id }) => id === route.service)?.name ?? "";
    if (!service.startsWith("agent-")) return [];
    const before = plugins.filter((plugin) => plugin.enabled && standsBefore(plugin, route));
    const removed = new Set(before.flatMap(({ removes }) => removes.map((name) => name.toLowerCase())));
    const isWritten = before.some(({ name }) => name === "jwt");
    const usual = [...CREDENTIALS, ...CLAIMS, ...(isWritten ? [] : WRITTEN_BY_JWT)];
    const others = [...CREDENTIALS, ...CLAIMS, ...WRITTEN_BY_JWT].map(underscored);
    return [...new Set([...usual, ...others])]
      .filter((name) => !removed.has(name))
      .map((name) => `${service}: ${name}`);
  });
}
