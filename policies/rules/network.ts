import { ALWAYS, containerRule, WHEN_STRICT, unless } from "./rule.ts";

/** Ports below 1024 that a gateway may take. */
const GATEWAY_PORTS: readonly number[] = [80, 443];

const LOOPBACK = /^(?:127\.|::1$)/;

/** Who can reach a container. */
export const NETWORK_RULES = [
  containerRule({
    id: "C11",
    title: "Only networks of its own, never the engine's default",
    source: "CIS 5.30",
    levels: ALWAYS,
    check: ({ networks, publishAllPorts }) => [
      ...unless(networks.length > 0, "is on the engine's default network"),
      ...networks
        .filter((network) => ["bridge", "default", "host"].includes(network))
        .map((network) => `is on the network ${network}`),
      ...unless(!publishAllPorts, "publishes every port of its image"),
    ],
  }),
  containerRule({
    id: "C12",
    title: "Published on this machine only",
    source: "CIS 5.14, OWASP 5a",
    levels: ALWAYS,
    adapted:
      "the gateway, too: who wants it outside puts a proxy with TLS before it (Docker's own default is every address)",
    check: ({ ports }) =>
      ports
        .filter(({ ip }) => !LOOPBACK.test(ip))
        .map(({ internal, ip }) => `publishes port ${internal} on ${ip}`),
  }),
  containerRule({
    id: "C13",
    title: "No privileged host ports, no SSH",
    source: "CIS 5.7, 5.8, DS-0004",
    levels: ALWAYS,
    check: ({ role, ports }) =>
      ports.flatMap(({ internal, external }) => [
        ...unless(internal !== 22, "publishes SSH"),
        ...unless(
          external === undefined ||
            external >= 1024 ||
            (role === "gateway" && GATEWAY_PORTS.includes(external)),
          `takes the privileged port ${external}`,
        ),
      ]),
  }),
  containerRule({
    id: "C14",
    title: "Only services that the host may reach publish a port",
    source: "CIS 5.9",
    levels: WHEN_STRICT,
    adapted: "advisory on a laptop: to look into a database there is what its port setting is for",
    check: ({ reachableBy, ports }) =>
      unless(
        ports.length === 0 || reachableBy.includes("host"),
        `publishes ${ports.map(({ internal }) => `port ${internal}`).join(" and ")}`,
      ),
  }),
];
