import { defineChecks, type Check, type Question } from "./check.ts";
import { headersThatReachAgents, unguardedRoutes } from "./gateway-table.ts";
import { forAgents } from "./members.ts";
import { atGateway, none } from "./questions.ts";

/** Names under which a page from elsewhere would come in, were they taken (DNS rebinding). */
const FOREIGN_NAMES = ["evil.example", "localhost.evil.example"];
const FOREIGN_ORIGINS = ["https://evil.example", "null", "http://localhost.evil.example"];
/** Two years. */
const LONGEST_CERTIFICATE = 731;
/** What changes models. Should it be let through, nobody has a model of that name. */
const MODEL_CHANGES: readonly (readonly [method: string, path: string])[] = [
  ["POST", "/api/pull"],
  ["POST", "/api/create"],
  ["POST", "/api/push"],
  ["POST", "/api/copy"],
  ["DELETE", "/api/delete"],
];
/** Ways to hand in telemetry as somebody else; a wrong credential of the right form among them. */
const HANDED_IN: readonly Pick<Question, "path" | "headers">[] = [
  { path: "/v1/traces" },
  { path: "/v1/metrics" },
  { path: "/v1/traces", headers: { "x-nasiko-sender": "nasiko-router" } },
  { path: "/v1/traces", headers: { authorization: `Bearer ${"0".repeat(64)}` } },
];
const NO_MODEL = { model: "nasiko-verify/no-such-model", name: "nasiko-verify/no-such-model" };

/** What the gateway answers to requests under the name that agents have for a service which stands behind it. */
const askedUnderName =
  (
    { service, called }: { readonly service: string; readonly called: string },
    requests: readonly Omit<Question, "caller">[],
    refusals: readonly number[],
  ): Check["look"] =>
  async ({ ask, members, agentNetwork }) => {
    const member = (await members()).find(({ name }) => name === service);
    if (member === undefined) return { ok: true, came: `there is no ${called.replace(/^the /, "")}` };
    if (member.networks.includes(agentNetwork))
      return { ok: false, came: `${called} is on the agents' network, where the gateway is not asked` };
    const answers = await Promise.all(
      requests.map(({ headers, ...request }) =>
        ask({ ...request, caller: "nobody", headers: { host: service, ...headers } }),
      ),
    );
    return {
      ok: answers.every((answer) => refusals.some((status) => atGateway(status)(answer))),
      came: answers.map(({ status }) => status).join(", "),
    };
  };

const readsAsForeignPage: Check["look"] = async ({ ask, members }) => {
  const agents = (await members()).filter(({ kind }) => kind === "agent");
  const paths = [
    ...["/api/v1/registry/user/agents", "/router", "/agents", "/app/"],
    ...agents.map(({ name }) => `/agents/agent-${name}/`),
  ];
  const preflight = (path: string, origin: string): Question => ({
    ...{ method: "OPTIONS", path, caller: "nobody" },
    headers: {
      ...{ origin, "access-control-request-method": "POST" },
      "access-control-request-headers": "authorization",
    },
  });
  const asked = paths.flatMap((path) => FOREIGN_ORIGINS.map((origin) => ({ path, origin })));
  const answers = await Promise.all(
    asked.map(async ({ path, origin }) => ({ path, ...(await ask(preflight(path, origin))) })),
  );
  return none(
    answers.flatMap(({ path, readableBy }) =>
      readableBy === undefined ? [] : [`${path} for ${readableBy}`],
    ),
  );
};

/** What has to hold at the borders: of the gateway, of this machine, and of what agents are given. */
export const BOUNDARIES = defineChecks([
  {
    id: "I",
    mode: "both",
    asked: "services on the agents' network that are not for agents",
    expected: "none",
    look: async ({ members, agentNetwork }) =>
      none(
        (await members())
          .filter(({ kind, networks }) => kind !== "agent" && networks.includes(agentNetwork))
          .map(({ name }) => name)
          .filter((name) => !forAgents().includes(name)),
      ),
  },
  {
    id: "J",
    mode: "both",
    asked: "published ports of our own servers, under another name than their own",
    expected: "421 on every one",
    look: async ({ doors, statusAs }) => {
      const asked = doors.flatMap((door) => FOREIGN_NAMES.map((name) => ({ door, name })));
      const answers = await Promise.all(
        asked.map(async ({ door, name }) => ({ door, status: await statusAs(door, name) })),
      );
      const others = answers.filter(({ status }) => status !== 421);
      const shown = others.map(({ door, status }) => `${door.name} at ${door.url}: ${status}`);
      return {
        ok: others.length === 0 && doors.length > 0,
        came: others.length === 0 ? `421 on ${doors.length}` : [...new Set(shown)].join(", "),
      };
    },
  },
  {
    id: "K",
    mode: "both",
    asked: "answers of the gateway that pages of other origins may read",
    expected: "none",
    look: readsAsForeignPage,
  },
  {
    id: "L",
    mode: "both",
    asked: "credentials and claims of identity that the gateway hands on to agents",
    expected: "none",
    look: async ({ gatewayTable }) => none(headersThatReachAgents(await gatewayTable())),
  },
  {
    id: "M",
    mode: "enterprise",
    asked: "routes of the gateway that ask for no token, besides login, page, status and health",
    expected: "none",
    look: async ({ gatewayTable }) => none(unguardedRoutes(await gatewayTable())),
  },
  {
    id: "N",
    mode: "both",
    asked: "delete, pull, create, push and copy of models, under the name that agents have for Ollama",
    expected: "403 at the gateway, every time",
    look: askedUnderName(
      { service: "ollama", called: "Ollama" },
      MODEL_CHANGES.map(([method, path]) => ({ method, path, body: NO_MODEL })),
      [403],
    ),
  },
  {
    id: "R",
    mode: "both",
    asked:
      "traces and metrics handed in under the collector's name, with no credential and with a made-up one",
    expected: "refused at the gateway, every time",
    look: askedUnderName(
      { service: "otel-collector", called: "the collector" },
      HANDED_IN.map((handedIn) => ({ method: "POST", body: {}, ...handedIn })),
      [401, 404, 421],
    ),
  },
  {
    id: "O",
    mode: "both",
    asked: "the certificate that the gateway presents",
    expected: "a server's, no authority, for two years at most",
    look: async ({ certificate }) => {
      const presented = await certificate();
      if (presented === undefined) return { ok: true, came: "it speaks no TLS" };
      const { isAuthority, days } = presented;
      return {
        ok: !isAuthority && days <= LONGEST_CERTIFICATE,
        came: `${isAuthority ? "an authority's" : "a server's"}, for ${days} days`,
      };
    },
  },
  {
    id: "P",
    mode: "both",
    asked: "containers that run another image than the digest in images.lock.json names",
    expected: "none",
    look: async ({ members, pinned }) =>
      none(
        (await members()).flatMap(({ name, digests }) => {
          const digest = pinned[name];
          return digest === undefined || digests.includes(digest) ? [] : [name];
        }),
      ),
  },
  {
    id: "Q",
    mode: "both",
    asked: "files with the stack's secrets that other users of this machine could read or replace",
    expected: "none",
    look: async ({ exposedFiles }) => none(await exposedFiles()),
  },
]);
