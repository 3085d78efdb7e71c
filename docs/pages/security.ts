import { join } from "node:path";

import { readImagesLock } from "../../platform/images/images-lock.ts";
import { RULES } from "../../policies/rules/all.ts";
import { WAIVERS } from "../../policies/waivers.ts";

const LOCKED = readImagesLock(join(import.meta.dirname, "../.."));
const digests = LOCKED.filter(({ digest }) => digest !== undefined).length;

const INTRODUCTION = `# Security

<!-- Made from policies/ by \`npm run docs\`. -->

- **Private by default.** Host ports are on 127.0.0.1; published are the gateway, the pages for people and what the
  engine itself has to reach. A data store is published when its port setting is set, and not before.
- **Networks follow trust.** \`control\`: the gateway's Admin API, the Docker proxies, both registries, the auth service, and
  our own services that work with them; \`data\`: stores; \`app\`: what is asked through the gateway, n8n, Langtrace,
  Phoenix and Prometheus among it; \`agents\`: agents. Only the gateway stands on all of them. It shows its figures, names
  of agents and no callers among them, to \`app\` alone, and only where Prometheus is.
- **Agents are code of somebody else.** From inside one no data store, no Docker proxy, and no Admin API and no figures of the gateway can
  be reached, and at the gateway agents get to other agents, to the list of those that they may call, to \`/auth\` and to
  models (not to what adds, changes or removes models), in both modes. Requests to them carry neither token nor cookie.
- **Between agents Docker keeps nothing apart.** Whoever is on its bridge reaches everybody on it, and a bridge that
  forbids that forbids the gateway, too. So each agent gets a secret of its own that the gateway sends along
  (\`NASIKO_GATEWAY_SECRET\`); samples and templates refuse requests without it. An agent that does not look at it can be
  called by other agents past the gateway: without a grant, and in anybody's name. And agents reach the
  Internet and the networks that the machine reaches.
- **An agent reports as itself alone.** The collector is not on the agents' network: its name leads them to the gateway, which
  takes traces (and metrics, where they are kept) by a credential of each agent's own (\`OTEL_EXPORTER_OTLP_HEADERS\`), so and so
  many a second and so many bytes each, takes the credential off and tells the collector whose they are. What an agent says of
  itself instead, in its resource or its spans, is overwritten; what has no name is dropped. Agents whose names begin like the
  platform's own (\`nasiko\`, \`kong\`, \`default\`) report nothing. What is in a span is still its sender's word.
- **Known names only.** The gateway and every server of ours that publishes a port answer 421 to a name that is not their
  own (\`NASIKO_ALLOWED_HOSTS\` adds some), so that no page from elsewhere comes in by rebinding a name. Official images
  of Phoenix, Prometheus, Langtrace, n8n, Konga, Ollama, the collector and the image registry do not look at it; where that matters,
  take their ports away or put a proxy before them. Pages of other origins get nothing and reach nothing: the gateway answers 403
  to whatever carries a foreign \`Origin\`, blind posts and WebSockets among it (\`NASIKO_CORS_ORIGINS\` adds some), and what changes
  something needs a header that no form can send.
- **Closed while nobody looks.** Kong starts with a plugin that answers everything with 503. The registry takes it away
  once no route is open that should have a guard, and closes at once what loses its guard later.
- **Two filters before the Docker socket.** \`docker-proxy-read\` answers what the service registry asks,
  \`docker-proxy-build\` what the worker does, within rules for the bodies of create calls. Nothing else mounts it.
  Where there is Prometheus, \`docker-proxy-read\` stands on \`app\`, too, and shows figures of the stack's containers there; its
  Docker API listens on the address that \`control\` gave to it, and nowhere else.
- **Figures are read by whoever reaches Prometheus**: this machine, and what stands on \`app\`. They say how often each agent is asked and
  how it does, and nothing of what is asked. Nobody writes them but by being read; what agents report cannot pass for the gateway's.
- **The registry of agents' images** knows one login, a generated secret of the stack that the worker and the build proxy hold: on
  its network and on this machine nobody else reads an image or puts another one under its name. An agent runs the very image
  (by its id) that was checked.
- **Uploads are judged before they are built**, by the backend, the worker and the build proxy with one set of rules: a
  Dockerfile takes nothing from the network by \`ADD\` (the engine would fetch it, from this machine's own loopback), stands
  on earlier stages and on the images of \`NASIKO_AGENT_BASES\` only, and carries none of the platform's labels; what two
  builders could read differently is refused, with file and line. A build has an end (\`NASIKO_BUILD_TIMEOUT\`), and so have its
  context, its log and its image; a user has so many agents and bytes. What Docker cannot bound is the disk that one step of a
  running build fills before the image is weighed, and what a step reaches: package registries, and whatever else this machine
  reaches from a container.
- **Secrets** are generated per stack, encrypted in the state with a passphrase outside the checkout, and travel as
  environment or mode-0400 files, never in a command. \`preview\` says that one changes, never to what.
- **Who somebody is** (mode \`enterprise\`), gateway and auth service check alike: signature, \`exp\` and \`nbf\` as numbers, a week
  at most. An uploaded agent's secret is one of its name, its owner and a generation: it ends when the agent is deleted or changes
  hands, and an agent that is not entered gets no token. The names of the stack's own agents come from the program. Wrong
  logins are counted by account and address and answered with 429; the right secret, 256 random bits, always passes, so that
  nobody locks anybody out. What is refused, uploads among it, stands in the audit trail for 30 days. \`local history\` merges it with runs and the
  worker's log: the trail by the API, for super users; the log by the engine, for as long as its container lasts.
- **Keys of model providers** go to no uploaded agent, unless \`NASIKO_AGENT_KEYS_FOR\` names it or its owner; an agent of the program
  gets what its own compose file names. The public hash of a version that holds secrets is made with a key of the stack; where the
  stack's secrets are encrypted by something else than a passphrase, it is plain.
- **MongoDB** gives each service a user of its own with rights on its own collections; the administrator's password stays with
  MongoDB and the job that makes the users. The offline stand-in knows one user: there all three services are the administrator.
- **The gateway's own certificate** is a server's and no authority, for its names alone and two years; \`up\` makes the next one when
  30 days are left, and says so. One of an earlier version was an authority for 20 years: take it out of trust stores. Over a network
  \`nasiko\` sends logins with TLS or not at all.
- **The home** (passphrase, state) and its passphrase have to be the user's own and closed to everybody else, or nothing is read from
  them. An installed \`nasiko\` names the files that it takes from the current folder, and takes none of another user.
- **Containers** start from nothing: every capability dropped, no new privileges, memory without swap, rotated logs,
  an init process; read-only root and a numbered user wherever the program bears it.
- **Data** of the stack \`enterprise\` is protected: only the stack's name, typed, deletes it.

## Rules

The same pure functions are asked by \`preview\`, by \`up\` (a mandatory violation refuses before anything changes), by the
CrossGuard pack, and by tests that hold \`docker inspect\` of a running stack against them.

\`\`\`sh
./nasiko preview --security
./nasiko --stack enterprise preview --security
\`\`\`

With the Pulumi CLI: \`pulumi preview --policy-pack policies/pack\`. Levels are \`strict\` in mode \`enterprise\`, else \`relaxed\`;
\`NASIKO_STRICTNESS\` decides otherwise, and Pulumi.local.yaml sets it for a laptop. A policy pack sees no settings: it takes
a stack with the services of mode \`enterprise\` as strict. Rule S04 is evaluated where the engine is asked for its memory (\`up\`,
\`preview\`); elsewhere the table says that it is not evaluated. images.lock.json has ${LOCKED.length} images, ${digests} of them with a digest;
the others break rule C25 where they are pulled, under the waiver below.`;

/** `docs/SECURITY.md`. */
export function securityPage(): string {
  return [
    INTRODUCTION,
    "",
    "| rule | asks for | relaxed | strict | source |",
    "| --- | --- | --- | --- | --- |",
    ...RULES.map(
      ({ id, title, levels, source }) =>
        `| ${id} | ${title} | ${levels.relaxed} | ${levels.strict} | ${source} |`,
    ),
    "",
    "### Where a rule asks for something else than its source",
    "",
    ...RULES.flatMap(({ id, adapted }) => (adapted === undefined ? [] : [`- **${id}**: ${adapted}.`])),
    "",
    "## Waivers",
    "",
    "What breaks a rule and is accepted for a while, with the reason. After its date a waiver covers nothing, and is",
    "told itself.",
    "",
    "| rule | who | until | reason |",
    "| --- | --- | --- | --- |",
    ...WAIVERS.map(
      ({ rule, subjects, until, reason }) =>
        `| ${rule} | ${subjects.map((name) => `\`${name}\``).join(", ")} | ${until} | ${reason} |`,
    ),
    "",
  ].join("\n");
}
