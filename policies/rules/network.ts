import { GATEWAY, LOW_PORTS, PUBLISHERS } from "../allowances.ts";
import { ALWAYS, containerRule, IN_ENTERPRISE, unless } from "./rule.ts";

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
        .filter((network) => ["bridge", "default"].includes(network))
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
    check: ({ name, ports }) =>
      ports.flatMap(({ internal, external }) => [
        ...unless(internal !== 22, "publishes SSH"),
        ...unless(
          external === undefined || external >= 1024 || (name === GATEWAY && LOW_PORTS.includes(external)),
          `takes the privileged port ${external}`,
        ),
      ]),
  }),
  containerRule({
    id: "C14",
    title: "Only services that people use publish a port",
    source: "CIS 5.9",
    levels: IN_ENTERPRISE,
    adapted: "advisory on a laptop: to look into a database there is what its port setting is for",
    check: ({ name, ports }) =>
      unless(
        ports.length === 0 || PUBLISHERS.includes(name),
        `publishes ${ports.map(({ internal }) => `port ${internal}`).join(" and ")}`,
      ),
  }),
];
