import { expect } from "vitest";

import { echoAgent } from "../../e2e/support/upload.ts";
import { docker } from "../../e2e/support/test-stack.ts";
import { BOTH, defineAttacks } from "../support/attack.ts";
import { ended, HONEST, takesUploads, upload } from "../support/uploading.ts";
import { type Entry, tarOf } from "../support/tar.ts";
import type { World } from "../support/world.ts";

/** What a build of this stack may take: far more than an honest one here takes, little enough to wait for. */
export const BUILD_TIMEOUT = "45s";

/** Written into the step that never ends, so that its container can be told from others. */
const ENDLESS = "endless-step-of-an-attack";
const IMAGE = "nasiko/agent-refused-upload:0123456789abcdef";

/** Containers on this engine that run the endless step. */
async function endlessSteps(): Promise<readonly string[]> {
  const all = await docker.containers({});
  return all.filter(({ Command }) => Command.includes(ENDLESS)).map(({ Id }) => Id);
}

/** Statuses of the build proxy for archives and questions, asked from the worker's container. */
async function atProxy(
  world: World,
  asks: readonly { readonly method?: string; readonly path: string; readonly body?: Buffer }[],
): Promise<readonly number[]> {
  const script = `
    const { request } = require("node:http");
    const send = ({ method, path, body }) => new Promise((resolve) => {
      const outgoing = request({ host: "docker-proxy-build", port: 2375, method, path, agent: false }, (response) => {
        response.resume().on("end", () => resolve(response.statusCode));
      });
      outgoing.on("error", () => resolve(0)).end(body && Buffer.from(body, "base64"));
    });
    const statuses = [];
    for (const ask of args) statuses.push(await send(ask));
    return statuses;`;
  const sent = asks.map(({ method = "POST", path, body }) => ({
    method,
    path,
    body: body?.toString("base64"),
  }));
  // The script's own contract.
  return (await world.inside(world.stack.containerName("nasiko-worker"), script, sent)) as readonly number[];
}

/** Fit to be judged, and failing at once: there is no such file. */
const JUDGED: Entry = { name: "Dockerfile", content: "FROM scratch\nCOPY missing /\n" };
const OTHER: Entry = { name: "Dockerfile", content: "FROM scratch\nADD http://127.0.0.1:8080/ /\n" };

/** Archives that two readers could understand differently, or that hold what no context needs. */
const ARCHIVES: Readonly<Record<string, readonly Entry[]>> = {
  "no Dockerfile first": [{ name: "a", content: "x" }, JUDGED],
  "two Dockerfiles": [JUDGED, OTHER],
  "a second one by another way": [JUDGED, { ...OTHER, name: "./Dockerfile" }],
  "a second one above": [JUDGED, { ...OTHER, name: "a/../Dockerfile" }],
  "a second one by an absolute path": [JUDGED, { ...OTHER, name: "/Dockerfile" }],
  "a second one by a PAX header": [
    JUDGED,
    { name: "x", type: "x", content: "19 path=Dockerfile\n" },
    { ...OTHER, name: "harmless" },
  ],
  "a second one by a GNU name": [
    JUDGED,
    { name: "././@LongLink", type: "L", content: "Dockerfile\0" },
    { ...OTHER, name: "harmless" },
  ],
  "a global PAX header": [{ name: "g", type: "g", content: "19 path=Dockerfile\n" }, JUDGED],
  "a size in a PAX header": [{ name: "x", type: "x", content: "11 size=99\n" }, JUDGED],
  "a hard link": [JUDGED, { name: "b", type: "1", link: "/etc/shadow" }],
  "a device": [JUDGED, { name: "sda", type: "4" }],
  "a character device": [JUDGED, { name: "mem", type: "3" }],
  "a fifo": [JUDGED, { name: "fifo", type: "6" }],
  "a sparse file": [JUDGED, { name: "s", type: "S" }],
  "a file below a link": [JUDGED, { name: "d", type: "2", link: "/etc" }, { name: "d/passwd", content: "x" }],
  "a Dockerfile that is a link": [
    { name: "Dockerfile", type: "2", link: "other" },
    { ...OTHER, name: "other" },
  ],
};

const build = (query: string): string => `/build?t=${IMAGE}${query}`;

/** Questions with which a worker that was taken over would ask the engine for more than builds. */
const QUESTIONS: readonly (readonly [string, string])[] = [
  ...[
    "&remote=http://127.0.0.1:8080/",
    "&dockerfile=other",
    "&networkmode=host",
    "&buildargs=%7B%7D",
    "&cachefrom=%5B%22x%22%5D",
    "&extrahosts=a:127.0.0.1",
    "&version=2",
    "&outputs=x",
    "&t=other:latest",
    "&target=x&session=y",
  ].map((query) => ["POST", build(query)] as const),
  ["POST", "/build?t=node:24-bookworm-slim"],
  ["POST", "/containers/kong/exec"],
  ["POST", "/images/load"],
  ["POST", "/images/create?fromImage=alpine"],
  ["POST", "/volumes/create"],
  ["POST", "/networks/create"],
  ["POST", "/swarm/init"],
  ["POST", "/plugins/pull?remote=x"],
  ["GET", "/info"],
  ["GET", "/volumes"],
  ["GET", "/%63ontainers/json"],
  ["GET", "//containers/json"],
  ["GET", "/v1.41/../containers/json"],
  ["GET", "/v1.41/containers/json?filters=%7B%22label%22%3A%5B%22a%22%5D%7D&filters=%7B%7D"],
  ["DELETE", "/images/node:24-bookworm-slim"],
  ["POST", "/images/127.0.0.1:5001/nasiko/agent-x/push"],
  ["POST", "/images/evil.example/nasiko/agent-x/push?tag=0123456789abcdef"],
];

/** What a build does to engine, worker and registry. */
export const BUILD_ATTACKS = defineAttacks([
  {
    id: "S-12",
    name: "endless_build",
    modes: BOTH,
    run: async (world) => {
      await takesUploads(world);
      const agent = `endless-upload-${world.mode}`;
      const files = echoAgent(agent, "never").filter(({ name }) => name !== "Dockerfile");
      const dockerfile = `FROM node:24-bookworm-slim\nRUN while :; do echo ${ENDLESS}; sleep 1; done\n`;
      const uploaded = await upload(world, [...files, { name: "Dockerfile", content: dockerfile }]);
      expect(uploaded.status, uploaded.text).toBe(201);
      await expect.poll(endlessSteps, { timeout: 60_000, interval: 500 }).not.toEqual([]);
      await world.othersAreServed();
      const told = await ended(world, uploaded);
      expect(told).toContain("took longer than 45 s");
      await expect.poll(endlessSteps, { timeout: 60_000, interval: 500 }).toEqual([]);
      // The one after it has its turn at once: the worker has not taken it up again.
      const next = await upload(world, echoAgent(`${HONEST}-${world.mode}`, "after the endless one"));
      expect(await ended(world, next)).toContain('"stage":"active"');
      expect(await endlessSteps()).toEqual([]);
      const { output } = await docker.exec(
        world.stack.containerName("redis"),
        ["redis-cli", "XPENDING", "orchestration:commands", "orchestrator"],
        { timeout: 30_000, signal: new AbortController().signal },
      );
      expect(output.trim().split("\n")[0]).toMatch(/^(?:\(integer\) )?0$/);
      return "given up after 45 s and not tried again; others are served meanwhile, and built afterwards";
    },
  },
  {
    id: "S-30",
    name: "image_behind_a_tag",
    modes: BOTH,
    run: async (world) => {
      await takesUploads(world);
      const container = await docker.container(await world.agentContainer(`${HONEST}-${world.mode}`));
      const reference = container?.Config.Image ?? "";
      const image = await docker.call("look at the image", (engine) => engine.getImage(reference).inspect());
      expect(container?.Image).toBe(image.Id);
      const repository = reference.slice(0, reference.lastIndexOf(":"));
      const tag = reference.slice(repository.length + 1);
      // Half of a SHA-256: nobody makes two contents with one tag.
      expect(tag).toMatch(/^[0-9a-f]{32}$/);
      const writes = [
        ["GET", "/v2/"],
        ["GET", "/v2/_catalog"],
        ["GET", `/v2/${repository}/manifests/${tag}`],
        ["PUT", `/v2/${repository}/manifests/${tag}`],
        ["DELETE", `/v2/${repository}/manifests/${tag}`],
        ["POST", `/v2/${repository}/blobs/uploads/`],
        ["POST", `/v2/${repository}/blobs/uploads/?mount=sha256:${"0".repeat(64)}&from=x`],
      ] as const;
      const wrong = `Basic ${Buffer.from("nasiko-worker:wrong").toString("base64")}`;
      // From this machine, where every user and every program reaches the published port.
      expect((await world.ask({ at: "agent-registry", path: "/" })).status).toBe(200);
      for (const [method, path] of writes)
        for (const headers of [{}, { authorization: wrong }, { authorization: "Bearer x" }]) {
          const told = await world.ask({ at: "agent-registry", method, path, headers });
          expect(told.status, `${method} ${path}`).toBe(401);
        }
      // And from a neighbour on its own network.
      const script = `const statuses = [];
        for (const [method, path] of args)
          statuses.push((await fetch("http://agent-registry:5000" + path, { method })).status);
        return statuses;`;
      const neighbour = world.stack.containerName("nasiko-backend");
      expect(await world.inside(neighbour, script, writes)).toEqual(writes.map(() => 401));
      return "the agent runs the very image that was checked; nobody but the worker reads or writes the registry";
    },
  },
  {
    id: "S-23",
    name: "proxy_archives",
    modes: ["simple"],
    run: async (world) => {
      const asks = [[JUDGED], ...Object.values(ARCHIVES)].map((entries) => ({
        path: build(""),
        body: tarOf(entries),
      }));
      const [open, ...statuses] = await atProxy(world, asks);
      expect(open).toBe(200);
      const named = Object.keys(ARCHIVES).map((name, index) => [name, statuses[index]]);
      expect(named).toEqual(Object.keys(ARCHIVES).map((name) => [name, 403]));
      return `403 for ${named.length} archives that two readers could take for different ones`;
    },
  },
  {
    id: "S-06",
    name: "proxy_policy",
    modes: ["simple"],
    run: async (world) => {
      const asks = QUESTIONS.map(([method, path]) => ({
        method,
        path,
        ...(path.startsWith("/build") ? { body: tarOf([JUDGED]) } : {}),
      }));
      const [open, ...statuses] = await atProxy(world, [{ method: "GET", path: "/_ping" }, ...asks]);
      expect(open).toBe(200);
      const named = QUESTIONS.map((question, index) => [question.join(" "), statuses[index]]);
      expect(named).toEqual(QUESTIONS.map((question) => [question.join(" "), 403]));
      return `403 for ${named.length} questions to the engine that no worker has to ask`;
    },
  },
]);
