import { defineChecks, type Member } from "./check.ts";
import { asks, atGateway, none } from "./questions.ts";
import { dockerProxies, hiddenFromAgents } from "./members.ts";

const LOOPBACK = new Set(["127.0.0.1", "::1"]);
const AGENTS = "/api/v1/registry/user/agents";

const agentsAmong = (members: readonly Member[]): readonly Member[] =>
  members.filter(({ kind }) => kind === "agent");

/** A token that says it needs no signature (RFC 7519, section 6). */
const UNSIGNED = [{ alg: "none" }, { iss: "root", sub: "root", exp: 32_503_680_000 }]
  .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
  .concat("")
  .join(".");

/** What has to hold besides the table: who can reach what. */
export const ISOLATION = defineChecks([
  {
    id: "A",
    mode: "both",
    asked: "ports that are published to other machines",
    expected: "none",
    look: async ({ members }) =>
      none(
        (await members()).flatMap(({ name, published }) =>
          published.filter((address) => !LOOPBACK.has(address)).map((address) => `${name} on ${address}`),
        ),
      ),
  },
  {
    id: "B",
    mode: "both",
    asked: "containers besides the two proxies that hold the engine's socket",
    expected: "none",
    look: async ({ members }) =>
      none(
        (await members())
          .filter(({ name, mountsDockerSocket }) => mountsDockerSocket && !dockerProxies().includes(name))
          .map(({ name }) => name),
      ),
  },
  {
    id: "C",
    mode: "both",
    asked: "containers that are privileged or share the host's namespaces",
    expected: "none",
    look: async ({ members }) =>
      none((await members()).filter(({ sharesHost }) => sharesHost).map(({ name }) => name)),
  },
  {
    id: "D",
    mode: "both",
    asked: "agents on any other network than the agents'",
    expected: "none",
    look: async ({ members, agentNetwork }) =>
      none(
        agentsAmong(await members())
          .filter(({ networks }) => networks.some((network) => network !== agentNetwork))
          .map(({ name, networks }) => `${name} on ${networks.join(" and ")}`),
      ),
  },
  {
    id: "E",
    mode: "both",
    asked: "data stores, proxies and the Admin API that an agent can find by name",
    expected: "none",
    look: async ({ members, agentFinds }) => {
      const [agent] = agentsAmong(await members());
      if (agent === undefined) return { ok: true, came: "there is no agent" };
      const found: string[] = [];
      for (const host of hiddenFromAgents()) if (await agentFinds(agent.name, host)) found.push(host);
      return none(found);
    },
  },
  {
    id: "F",
    mode: "enterprise",
    asked: `GET ${AGENTS} with an unsigned token`,
    expected: "401 at the gateway",
    look: asks(
      { path: AGENTS, caller: "nobody", headers: { authorization: `Bearer ${UNSIGNED}` } },
      atGateway(401),
    ),
  },
  {
    id: "G",
    mode: "enterprise",
    asked: "the same without a token, as somebody who says who he is",
    expected: "401 at the gateway",
    look: asks(
      {
        path: AGENTS,
        caller: "nobody",
        headers: { "x-subject-id": "root", "X-IS-SUPER-USER": "true", "x-consumer-username": "user-root" },
      },
      atGateway(401),
    ),
  },
  {
    id: "H",
    mode: "enterprise",
    asked: "protected paths in other spellings, without a token",
    expected: "401 or 404 at the gateway, every time",
    look: async ({ ask }) => {
      const paths = [
        `/app/%2e%2e${AGENTS}`,
        `/${AGENTS}`,
        "/%61pi/v1/registry/user/agents",
        "/auth/../router",
      ];
      const answers = await Promise.all(paths.map((path) => ask({ path, caller: "nobody" })));
      const passed = paths.filter((_, index) => {
        const answer = answers[index];
        return answer === undefined || !(atGateway(401)(answer) || atGateway(404)(answer));
      });
      return { ok: passed.length === 0, came: answers.map(({ status }) => status).join(", ") };
    },
  },
]);
