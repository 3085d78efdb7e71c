import type { ContainerFacts, StackFacts } from "../facts/facts.ts";
import { ALWAYS, WHEN_STRICT, stackRule } from "./rule.ts";
import { isSocket } from "./host-access.ts";

/** Memory that the engine's machine keeps for itself. */
const RESERVE_MEGABYTES = 512;

/** What may stand on the control network, where nobody is asked who calls. */
const CONTROLS: readonly ContainerFacts["role"][] = ["gateway", "docker-proxy", "controller"];

/** Networks of a container by role, e.g. "data"; one that the stack does not have is called by its name. */
function rolesOf({ networks }: ContainerFacts, stack: StackFacts): readonly string[] {
  return networks.map(
    (name) => stack.networks.find((network) => network.name === name)?.labels["nasiko.network"] ?? name,
  );
}

const about = (subject: string, message: string): { readonly subject: string; readonly message: string } => ({
  subject,
  message,
});

/** What containers are to one another. */
export const STACK_RULES = [
  stackRule({
    id: "S01",
    title: "Host ports are unique",
    source: "dify 14745",
    levels: ALWAYS,
    check: ({ containers }) => {
      const bindings = containers.flatMap(({ name, ports }) =>
        ports.flatMap(({ ip, external }) =>
          external === undefined ? [] : [{ name, key: `${ip}:${external}` }],
        ),
      );
      return [...Map.groupBy(bindings, ({ key }) => key)]
        .filter(([, group]) => group.length > 1)
        .map(([key, group]) =>
          about("stack", `${group.map(({ name }) => name).join(" and ")} both publish ${key}`),
        );
    },
  }),
  stackRule({
    id: "S02",
    title: "One writer per volume",
    source: "KICS: volume mounted in multiple containers",
    levels: ALWAYS,
    check: ({ containers }) => {
      const writers = containers.flatMap(({ name, volumes }) =>
        volumes.flatMap((volume) => (volume.readOnly ? [] : [{ name, volume: volume.name }])),
      );
      return [...Map.groupBy(writers, ({ volume }) => volume)]
        .filter(([, group]) => new Set(group.map(({ name }) => name)).size > 1)
        .map(([volume, group]) =>
          about(volume, `${group.map(({ name }) => name).join(" and ")} write to it`),
        );
    },
  }),
  stackRule({
    id: "S03",
    title:
      "Agents reach no store, stores stand on the data network alone, and only what controls on the control network",
    source: "OWASP 5, Dify's ssrf_proxy",
    levels: ALWAYS,
    adapted: "mandatory everywhere: an agent is code of somebody else, on a laptop, too",
    check: (stack) =>
      stack.containers.flatMap((container) => {
        const { name, kind, role: part, reachableBy } = container;
        const roles = rolesOf(container, stack);
        if (kind === "agent")
          return roles
            .filter((role) => role !== "agents")
            .map((role) => about(name, `is an agent on the network ${role}`));
        // The agents' own store holds nothing of the platform.
        const home = reachableBy.includes("agents") ? "agents" : "data";
        if (part === "store")
          return roles
            .filter((role) => role !== home)
            .map((role) => about(name, `is a data store on the network ${role}`));
        const uncontrolled = roles.includes("control") && !CONTROLS.some((role) => role === part);
        const misplaced = uncontrolled ? [about(name, "is on the control network, which is not for it")] : [];
        if (!roles.includes("agents")) return misplaced;
        return [
          ...misplaced,
          ...(part !== "gateway" && roles.includes("data")
            ? [about(name, "joins the networks of agents and of data stores")]
            : []),
          ...(reachableBy.includes("agents")
            ? []
            : [about(name, "is on the network of agents, which may not reach it")]),
        ];
      }),
  }),
  stackRule({
    id: "S04",
    title: "The machine has the memory that the limits allow",
    source: "Sentry's minimum",
    levels: WHEN_STRICT,
    without: ({ engineMegabytes }) => (engineMegabytes === undefined ? "the engine's memory" : undefined),
    check: ({ containers, engineMegabytes }) => {
      const sum = containers.reduce((total, { memoryMegabytes = 0 }) => total + memoryMegabytes, 0);
      return engineMegabytes === undefined || sum <= engineMegabytes - RESERVE_MEGABYTES
        ? []
        : [about("stack", `limits add up to ${sum} MB; the engine has ${engineMegabytes} MB`)];
    },
  }),
  stackRule({
    id: "S05",
    title: "Data is protected from deletion",
    source: "CIS 6, supabase stop",
    levels: { relaxed: "off", strict: "mandatory" },
    adapted:
      "off on a laptop, where data comes and goes; no label for backups, because the labels of volumes never change",
    check: ({ volumes }) =>
      volumes.filter(({ protect }) => protect === false).map(({ name }) => about(name, "is not protected")),
  }),
  stackRule({
    id: "S06",
    title: "Networks and volumes carry the stack's label",
    source: "objects that nobody can place",
    levels: WHEN_STRICT,
    adapted:
      "networks are not `internal`: the engine then publishes no port of theirs, and a store's port setting would do nothing without a word",
    check: ({ networks, volumes }) =>
      [...networks, ...volumes]
        .filter(({ labels }) => (labels["nasiko.stack"] ?? "") === "")
        .map(({ name }) => about(name, "lacks the label nasiko.stack")),
  }),
  stackRule({
    id: "S07",
    title: "Only the filtering proxies hold the Docker socket, each once",
    source: "C05",
    levels: ALWAYS,
    adapted: "two, not one: what the registry may read and what the worker may build are filtered apart",
    check: ({ containers }) => {
      const holders = containers.filter(({ hostMounts }) => hostMounts.some(isSocket));
      const isFirst = (holder: ContainerFacts): boolean =>
        holders.find(({ name }) => name === holder.name) === holder;
      return holders
        .filter((holder) => holder.role !== "docker-proxy" || !isFirst(holder))
        .map(({ name }) => about(name, "is one holder of the Docker socket too many"));
    },
  }),
  stackRule({
    id: "S08",
    title: "Volumes and networks are the engine's own",
    source: "CIS 5.6, a `local` volume with `o=bind`",
    levels: ALWAYS,
    check: ({ networks, volumes }) => [
      ...networks.flatMap(({ name, driver = "bridge" }) =>
        driver === "bridge" ? [] : [about(name, `is a network of the driver ${driver}`)],
      ),
      ...volumes.flatMap(({ name, driver = "local", driverOptions = {} }) => [
        ...(driver === "local" ? [] : [about(name, `is a volume of the driver ${driver}`)]),
        ...Object.keys(driverOptions).map((option) =>
          about(name, `gives its driver the option ${option}, which can name a folder of the machine`),
        ),
      ]),
    ],
  }),
  stackRule({
    id: "S09",
    title: "Nothing carries the label of another stack",
    source: "objects that somebody else's `down` removes",
    levels: ALWAYS,
    check: ({ stack, containers, networks, volumes }) =>
      [...containers, ...networks, ...volumes].flatMap(({ name, labels }) => {
        const label = labels["nasiko.stack"] ?? "";
        return stack === undefined || ["", stack].includes(label)
          ? []
          : [about(name, `carries the label of the stack ${label}`)];
      }),
  }),
];
