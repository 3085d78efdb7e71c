import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Admission } from "../../../../services/service-registry/src/admission.ts";
import type { AgentContainer } from "../../../../services/service-registry/src/containers.ts";
import {
  entityId,
  wantedEntities,
  type KongState,
  type Wanted,
} from "../../../../services/service-registry/src/kong-entities.ts";
import { planKong, type World } from "../../../../services/service-registry/src/plan.ts";
import { applyCall, emptyKong, entity } from "./model-kong.ts";
import { rulesOf } from "./rules.ts";

const STACK = "local";
/** Plugins of an agent's service in mode simple. */
const PLUGINS = ["cors", "request-transformer", "response-transformer"];
const ADMITTED: Admission = { kind: "admitted", failures: 0, card: {} };
const STARTING: Admission = { kind: "pending", failures: 1, reason: "refused" };
const SILENT: Admission = { kind: "pending", failures: 30, reason: "refused" };
const LOST: Admission = { kind: "lost", failures: 3, reason: "refused" };

const container = (agent: string, version: string, over: Partial<AgentContainer> = {}): AgentContainer => ({
  id: `id-${agent}-${version}`,
  name: `nasiko-local-agent-${agent}-${version}`,
  agent,
  hash: `v1:${version}`,
  port: 5000,
  running: true,
  status: "Up",
  ...over,
});

interface Case {
  readonly containers: readonly AgentContainer[];
  readonly admissions?: Readonly<Record<string, Admission>>;
  readonly kong?: KongState;
  readonly mode?: "simple" | "enterprise";
}

const world = ({ containers, admissions = {}, kong = emptyKong, mode = "simple" }: Case): World => ({
  rules: rulesOf(mode),
  containers,
  admissionOf: (id) => admissions[id] ?? STARTING,
  kong,
});

/** Kong after everything that was planned. */
const carriedOut = (of: World): KongState =>
  planKong(of)
    .flatMap(({ calls }) => calls)
    .reduce(applyCall, of.kong);

const hosts = (kong: KongState): readonly unknown[] => kong.services.map(({ fields }) => fields["host"]);
const holding = (served: AgentContainer): KongState =>
  carriedOut(world({ containers: [served], admissions: { [served.id]: ADMITTED } }));
const callsOf = (of: World): readonly string[] =>
  planKong(of).flatMap(({ calls }) => calls.map(({ method, collection }) => `${method} ${collection}`));

test("an agent that answers elsewhere is called there, and the gateway shows the card of one that shows none", () => {
  const agent = container("x", "1");
  const card = { name: "X" };
  const place = (admission: Admission, kong?: KongState): KongState =>
    carriedOut(world({ containers: [agent], admissions: { [agent.id]: admission }, ...(kong && { kong }) }));
  const shown = place({ ...ADMITTED, card, port: 8000, fromFolder: true });
  expect(shown.services[0]?.fields["port"]).toBe(8000);
  const [plugin] = shown.plugins.filter(({ name }) => name === "request-termination");
  const route = shown.routes.find(({ id }) => id === plugin?.routeId);
  expect(plugin?.fields["config"]).toEqual({
    status_code: 200,
    content_type: "application/json",
    body: '{"name":"X"}',
  });
  expect(route?.fields["paths"]).toEqual([String.raw`~/agents/agent-x/\.well-known/agent(?:-card)?\.json$`]);
  expect(place({ ...ADMITTED, card, port: 8000, fromFolder: true }, shown)).toEqual(shown);
  // Once it shows one, nothing stands before it.
  const own = place(ADMITTED, shown);
  expect([own.routes.length, own.plugins.some(({ name }) => name === "request-termination")]).toEqual([
    1,
    false,
  ]);
});

const older = container("x", "1");
const newer = container("x", "2");
const foreignService = entity({ id: "f1", name: "agent-x", host: "elsewhere" });

describe("an agent", () => {
  test("that was admitted gets a service, its plugins and then its route", () => {
    const asked = world({ containers: [older], admissions: { [older.id]: ADMITTED } });
    expect(callsOf(asked)).toEqual(["PUT services", ...PLUGINS.map(() => "PUT plugins"), "PUT routes"]);
    const [service] = carriedOut(asked).services;
    expect(service?.fields).toMatchObject({
      name: "agent-x",
      host: "nasiko-local-agent-x-1",
      port: 5000,
      read_timeout: 300_000,
      write_timeout: 300_000,
      tags: ["nasiko", "nasiko-stack-local", "nasiko-agent-x", "nasiko-hash-v1:1"],
    });
    expect(carriedOut(asked).routes[0]?.fields).toMatchObject({
      name: "agent-x-route",
      paths: ["~/agents/agent-x(?=/|$)"],
      strip_path: true,
    });
  });

  test("that has not answered yet gets nothing", () => {
    expect(planKong(world({ containers: [older] }))).toEqual([
      { agent: "x", calls: [], target: undefined, problem: undefined },
    ]);
  });

  test("moves to its next version in one write", () => {
    const admissions = { [older.id]: ADMITTED, [newer.id]: ADMITTED };
    const next = world({ containers: [newer, older], admissions, kong: holding(older) });
    expect(callsOf(next)).toEqual(["PUT services"]);
    expect(hosts(carriedOut(next))).toEqual([newer.name]);
  });

  test("stays at its version while the next one has not answered", () => {
    const admissions = { [older.id]: ADMITTED, [newer.id]: SILENT };
    const next = world({ containers: [newer, older], admissions, kong: holding(older) });
    expect(callsOf(next)).toEqual([]);
    expect(planKong(next)[0]?.target).toBe(older);
  });

  test("stays with the older version while the newer one has a relapse behind it, unless it is alone", () => {
    const relapsed: Admission = { ...ADMITTED, relapsed: true };
    const admissions = { [older.id]: ADMITTED, [newer.id]: relapsed };
    const next = world({ containers: [newer, older], admissions, kong: holding(older) });
    expect(planKong(next)[0]).toMatchObject({ calls: [], target: older });
    const back = world({ containers: [newer, older], admissions, kong: holding(newer) });
    expect(planKong(back)[0]?.target).toBe(older);
    const alone = world({ containers: [newer], admissions, kong: holding(newer) });
    expect(planKong(alone)[0]?.target).toBe(newer);
  });

  test("falls back to an older version when the newer one dies", () => {
    const admissions = { [older.id]: ADMITTED };
    const dead = container("x", "2", { running: false });
    const next = world({ containers: [dead, older], admissions, kong: holding(newer) });
    expect(hosts(carriedOut(next))).toEqual([older.name]);
  });

  test("falls back to an older version when the newer one does not answer any more", () => {
    const admissions = { [older.id]: ADMITTED, [newer.id]: LOST };
    const next = world({ containers: [newer, older], admissions, kong: holding(newer) });
    expect(hosts(carriedOut(next))).toEqual([older.name]);
  });

  test("keeps the version that is served when a restarted registry hears the older one first", () => {
    const admissions = { [older.id]: ADMITTED, [newer.id]: STARTING };
    const next = world({ containers: [newer, older], admissions, kong: holding(newer) });
    expect(planKong(next)).toEqual([{ agent: "x", calls: [], target: undefined, problem: undefined }]);
  });

  test("but not for ever: a served version that stays silent gives way", () => {
    const admissions = { [older.id]: ADMITTED, [newer.id]: SILENT };
    const next = world({ containers: [newer, older], admissions, kong: holding(newer) });
    expect(hosts(carriedOut(next))).toEqual([older.name]);
  });

  test("does not wait for the older version that is served when the newer one answers first", () => {
    const admissions = { [older.id]: STARTING, [newer.id]: ADMITTED };
    const next = world({ containers: [newer, older], admissions, kong: holding(older) });
    expect(hosts(carriedOut(next))).toEqual([newer.name]);
  });

  test("whose route hangs on a service of an earlier id gets both anew, in an order that Kong allows", () => {
    const [service] = holding(older).services;
    const [route] = holding(older).routes;
    const kong = {
      ...emptyKong,
      services: [entity({ ...service?.fields, id: "s0" })],
      routes: [entity({ ...route?.fields, service: { id: "s0" } })],
    };
    const next = world({ containers: [older], admissions: { [older.id]: ADMITTED }, kong });
    expect(carriedOut(next)).toEqual(holding(older));
  });

  test("that is stopped, not removed, keeps its route", () => {
    const stopped = container("x", "1", { running: false });
    expect(callsOf(world({ containers: [stopped], kong: holding(older) }))).toEqual([]);
  });

  test("whose containers are all gone loses its route first and its service last", () => {
    const next = world({ containers: [], kong: holding(older) });
    expect(callsOf(next)).toEqual([
      "DELETE routes",
      ...PLUGINS.map(() => "DELETE plugins"),
      "DELETE services",
    ]);
    expect(carriedOut(next)).toEqual(emptyKong);
  });

  test("whose plugin somebody removed gets it back, and nothing else is written", () => {
    const held = holding(older);
    const kong = { ...held, plugins: held.plugins.filter(({ name }) => name !== "cors") };
    const asked = world({ containers: [older], admissions: { [older.id]: ADMITTED }, kong });
    expect(callsOf(asked)).toEqual(["PUT plugins"]);
  });

  test("whose guards somebody removed loses its route until they are back", () => {
    const kong = { ...holding(older), plugins: [] };
    const asked = world({ containers: [older], admissions: { [older.id]: ADMITTED }, kong });
    expect(callsOf(asked)).toEqual(["DELETE routes", ...PLUGINS.map(() => "PUT plugins"), "PUT routes"]);
  });
});

describe("what is not ours", () => {
  test("keeps its name: the agent is not served, and the reason is told", () => {
    const kong = { ...emptyKong, services: [foreignService] };
    const [plan] = planKong(world({ containers: [older], admissions: { [older.id]: ADMITTED }, kong }));
    expect(plan).toMatchObject({ calls: [], target: undefined });
    expect(plan?.problem).toContain("services/agent-x");
  });

  test("keeps what it hangs on: a service with somebody's plugin is not removed under it", () => {
    const served = holding(older);
    const plugin = entity({
      id: "p1",
      name: "rate-limiting",
      service: { id: entityId(STACK, "x", "services") },
    });
    const next = world({ containers: [], kong: { ...served, plugins: [...served.plugins, plugin] } });
    expect(callsOf(next)).toEqual(["DELETE routes", ...PLUGINS.map(() => "DELETE plugins")]);
    expect(carriedOut(next).plugins).toEqual([plugin]);
    expect(planKong(next)[0]?.problem).toContain("services/");
  });

  test("includes the agents of another stack", () => {
    const other = {
      ...world({ containers: [older], admissions: { [older.id]: ADMITTED } }),
      rules: rulesOf("simple", { stack: "other" }),
    };
    expect(callsOf(world({ containers: [], kong: carriedOut(other) }))).toEqual([]);
  });
});

describe("for any containers and any Kong", () => {
  const agents = fc.constantFrom("x", "y", "z");
  const versions = fc.integer({ min: 1, max: 4 }).map(String);
  const anyContainer = fc
    .tuple(agents, versions, fc.boolean())
    .map(([agent, version, running]) => container(agent, version, { running }));
  const containers = fc.uniqueArray(anyContainer, { selector: ({ id }) => id, maxLength: 8 });
  const admissions = fc.array(fc.constantFrom(ADMITTED, STARTING, SILENT, LOST), {
    minLength: 12,
    maxLength: 12,
  });

  /** Entities of an earlier time: complete, in part, with other ids, or changed by hand. */
  const remains = fc
    .array(
      fc.tuple(
        anyContainer,
        fc.subarray(["services", "plugins", "routes"] as const),
        // Which kinds stand there under another id than today's.
        fc.subarray(["services", "plugins", "routes"] as const),
        fc.nat(3),
      ),
    )
    .map((pieces) =>
      pieces.reduce<KongState>((kong, [piece, collections, moved, port]) => {
        const idOf = ({ collection, id }: Wanted): string => (moved.includes(collection) ? `${id}0` : id);
        const rules = rulesOf(port === 0 ? "enterprise" : "simple");
        const wanted = wantedEntities(rules, { ...piece, port: 5000 + port });
        return wanted
          .filter(({ collection }) => collections.includes(collection))
          .reduce((state, part) => {
            const { collection, fields } = part;
            const owner = wanted[0] === undefined ? "" : idOf(wanted[0]);
            const service = fields["service"] === undefined ? {} : { service: { id: owner } };
            const found = entity({ ...fields, ...service, id: idOf(part) });
            const taken = state[collection].some(
              ({ id: other, name }) =>
                other === found.id || (collection !== "plugins" && name === found.name),
            );
            const dangling =
              found.serviceId !== undefined && !state.services.some(({ id: at }) => at === found.serviceId);
            return taken || dangling ? state : { ...state, [collection]: [...state[collection], found] };
          }, kong);
      }, emptyKong),
    );
  const foreign = fc.subarray([
    { collection: "services", fields: { id: "f1", name: "agent-y", host: "elsewhere" } },
    { collection: "services", fields: { id: "f2", name: "backend-api-proxy", tags: ["nasiko"] } },
    { collection: "services", fields: { id: "f3", name: "web", tags: ["nasiko", "nasiko-stack-local"] } },
    { collection: "routes", fields: { id: "f4", name: "agent-z-route", paths: ["/z"] } },
    { collection: "plugins", fields: { id: "f5", name: "cors", tags: ["nasiko-stack-local"] } },
  ] as const);
  const cases = fc
    .tuple(containers, admissions, remains, foreign, fc.constantFrom("simple", "enterprise"))
    .map(([list, verdicts, own, others, mode]): World => {
      const kong = others.reduce<KongState>((state, { collection, fields }) => {
        const name = "name" in fields ? fields.name : "";
        const free = collection === "plugins" || !state[collection].some((other) => other.name === name);
        return free ? { ...state, [collection]: [...state[collection], entity(fields)] } : state;
      }, own);
      const known = Object.fromEntries(
        list.map(({ id, agent, hash }) => {
          const version = Number(hash.replace("v1:", ""));
          return [id, verdicts["xyz".indexOf(agent) * 4 + version - 1] ?? LOST];
        }),
      );
      return world({ containers: list, admissions: known, kong, mode });
    });

  const run = (property: (given: World) => void): void =>
    fc.assert(fc.property(cases, property), { numRuns: 500 });
  const isForeign = (id: string): boolean => /^f\d$/.test(id);

  test("carrying out the plan succeeds and leaves nothing to do", () =>
    run((given) => {
      const after = { ...given, kong: carriedOut(given) };
      expect(planKong(after).flatMap(({ calls }) => calls)).toEqual([]);
    }));

  test("nothing foreign is touched", () =>
    run((given) => {
      const kept = (kong: KongState): unknown =>
        [...kong.services, ...kong.plugins, ...kong.routes].filter(({ id }) => isForeign(id));
      expect(kept(carriedOut(given))).toEqual(kept(given.kong));
      const touched = planKong(given).flatMap(({ calls }) => calls.map(({ id }) => id));
      expect(touched.filter(isForeign)).toEqual([]);
    }));

  test("calls are never sent to a container that is not running and admitted", () =>
    run((given) => {
      for (const { target, calls } of planKong(given)) {
        const written = calls.flatMap((call) => (call.method === "PUT" ? [call.body["host"]] : []));
        for (const host of written.filter((name) => name !== undefined)) expect(host).toBe(target?.name);
        if (target === undefined) continue;
        expect(target.running).toBe(true);
        expect(given.admissionOf(target.id).kind).toBe("admitted");
      }
    }));

  test("a target is what Kong holds afterwards, and the newest that is admitted", () =>
    run((given) => {
      const kong = carriedOut(given);
      for (const { agent, target } of planKong(given)) {
        if (target === undefined) continue;
        const service = kong.services.find(({ id }) => id === entityId(STACK, agent, "services"));
        expect(service?.fields["host"]).toBe(target.name);
        const route = kong.routes.find(({ id }) => id === entityId(STACK, agent, "routes"));
        expect(route?.serviceId).toBe(service?.id);
        const admitted = given.containers.filter(
          (entry) =>
            entry.agent === agent && entry.running && given.admissionOf(entry.id).kind === "admitted",
        );
        expect(admitted[0]).toBe(target);
      }
    }));

  test("an agent without any container has nothing left in Kong", () =>
    run((given) => {
      const gone = { ...given, containers: [] };
      const left = carriedOut(gone);
      expect([...left.services, ...left.plugins, ...left.routes].every(({ id }) => isForeign(id))).toBe(true);
    }));
});

test("ids are UUIDs of version 5 that tell stacks, agents and kinds apart", () => {
  expect(entityId("local", "x", "services")).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  expect(entityId("local", "x", "services")).toBe(entityId("local", "x", "services"));
  const ids = [
    entityId("local", "x", "services"),
    entityId("local", "x", "routes"),
    entityId("local", "y", "services"),
    entityId("other", "x", "services"),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});
