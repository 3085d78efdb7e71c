import { gzipSync } from "node:zlib";
import { expect } from "vitest";

import { echoAgent } from "../../e2e/support/upload.ts";
import { docker } from "../../e2e/support/test-stack.ts";
import type { ZipItem } from "../../integration/services/support/zip.ts";
import { type Attack, BOTH, defineAttacks } from "../support/attack.ts";
import { MALLORY } from "../support/mallory.ts";
import { ended, HONEST, SLOW, takesUploads, upload } from "../support/uploading.ts";

/** An agent with another Dockerfile, and files of its own. */
const withFiles = (dockerfile: string, ...more: readonly ZipItem[]): readonly ZipItem[] => [
  ...echoAgent("refused-upload", "never").filter(({ name }) => name !== "Dockerfile"),
  { name: "Dockerfile", content: dockerfile },
  ...more,
];

/** Uploads each of these Dockerfiles; the platform has to say which line it does not build. */
const refusesDockerfiles = (id: string, name: string, line: number, files: readonly string[]): Attack => ({
  ...{ id, name, modes: BOTH },
  run: async (world) => {
    await takesUploads(world);
    for (const file of files) {
      const { status, text } = await upload(world, withFiles(file));
      expect({ file, status }, text).toEqual({ file, status: 422 });
      expect(text).toContain(`Dockerfile:${line}: `);
    }
    return `${files.length} spellings, each 422 with its line`;
  },
});

/** Uploads files that no upload may hold. */
const refusesFiles = (id: string, name: string, items: readonly ZipItem[], reason: RegExp): Attack => ({
  ...{ id, name, modes: BOTH },
  run: async (world) => {
    await takesUploads(world);
    const { status, text } = await upload(world, items);
    expect(status, text).toBe(400);
    expect(text).toMatch(reason);
    return "400, before anything is built";
  },
});

const VICTIM = "nasiko/agent-translator:0123456789abcdef";
const below = (line: string): string => `FROM node:24-bookworm-slim AS first\n${line}\n`;

/** What an upload does to engine, worker, backend and other tenants. */
export const UPLOAD_ATTACKS = defineAttacks([
  refusesDockerfiles("S-02", "build_add_ssrf", 2, [
    below("ADD http://127.0.0.1:5001/v2/_catalog /catalog"),
    below('ADD ["http://127.0.0.1:6006/", "/traces"]'),
    below("ADD ht\\\ntp://169.254.169.254/latest/meta-data/ /cloud"),
    below("ADD ${U:-http://127.0.0.1:8080/agents} /agents"),
    below("add --chown=1:1 'http'://127.0.0.1:8080/agents /agents"),
    below("ADD git@github.com:example/example.git /source"),
    below("ONBUILD ADD http://127.0.0.1:8080/agents /agents"),
  ]),
  refusesDockerfiles("S-02", "build_from_other_agent_image", 2, [
    `ARG BASE=${VICTIM}\nFROM $BASE\n`,
    `# a comment\nFROM ${VICTIM}\n`,
    below(`FROM 127.0.0.1:5001/${VICTIM}`),
    below(`COPY --from=${VICTIM} / /loot`),
    below("COPY --from=first / /loot"),
    below(`RUN --mount=type=bind,from=${VICTIM},target=/loot cat /loot/src/main.ts`),
    below(`ONBUILD COPY --from=${VICTIM} / /loot`),
  ]),
  refusesDockerfiles("S-18", "build_label_spoof", 2, [
    below("LABEL nasiko.stack=local nasiko.kind=agent nasiko.agent=translator nasiko.managed-by=worker"),
    below('LABEL a=b "nasiko.agent"=translator'),
    below("LABEL nasiko.agent translator"),
    below("LABEL na\\\nsiko.agent=translator"),
    below("ONBUILD LABEL nasiko.agent=translator"),
  ]),
  refusesDockerfiles("S-02", "build_other_frontend", 1, [
    "# syntax=example/frontend\nFROM node:24\n",
    "# escape=`\nFROM node:24\n",
  ]),
  {
    id: "S-23",
    name: "proxy_gzip_with_ustar",
    modes: BOTH,
    run: async (world) => {
      const plain = Buffer.alloc(2048);
      const gzip = gzipSync(plain);
      const extra = Buffer.alloc(1002);
      extra.writeUInt16LE(1000, 0);
      extra.write("ustar\x0000", 257 - 10, "latin1");
      gzip[3] = 4;
      const archives = [
        Buffer.concat([gzip.subarray(0, 10), extra, gzip.subarray(10)]),
        gzip,
        Buffer.concat([Buffer.from("BZh91AY&SY"), Buffer.alloc(1014)]),
        plain,
      ];
      const script = `
        const ask = (path, body) => fetch("http://docker-proxy-build:2375" + path, body && { method: "POST", body });
        const open = (await ask("/_ping")).status;
        const statuses = [];
        for (const archive of args)
          statuses.push((await ask("/build?t=nasiko/agent-refused-upload:0123456789abcdef", Buffer.from(archive, "base64"))).status);
        return { open, statuses };`;
      const sent = archives.map((archive) => archive.toString("base64"));
      const result = await world.inside(world.stack.containerName("nasiko-worker"), script, sent);
      expect(result).toEqual({ open: 200, statuses: archives.map(() => 403) });
      return "403 for each archive that is not a plain one with a fit Dockerfile first";
    },
  },
  {
    id: "S-11",
    name: "redos_worker",
    modes: BOTH,
    run: async (world) => {
      const files = echoAgent(`${SLOW}-${world.mode}`, "patient");
      const rules = ["(a+)+b", `${"*a".repeat(30)}*b`, `${"**/a*".repeat(20)}b`, "[", "a\\"].join("\n");
      const uploaded = await upload(world, [
        ...files,
        { name: ".dockerignore", content: rules },
        ...Array.from({ length: 20 }, (_, index) => ({ name: `${"a".repeat(200)}${index}`, content: "x" })),
      ]);
      expect(await ended(world, uploaded)).toContain('"stage":"active"');
      return "its rules are matched step by step; it is built and served";
    },
  },
  refusesFiles("S-13", "redos_backend", withFiles("\n".repeat(1024 * 1024)), /larger than 64 KiB/),
  refusesFiles("S-13", "redos_backend_small", withFiles("\n".repeat(60_000)), /no FROM line/),
  {
    id: "S-14",
    name: "router_oom",
    modes: BOTH,
    run: async (world) => {
      const token = await world.superUser();
      for (let time = 0; time < 3; time++) {
        const told = await world.ask({
          ...{ path: "/router", token },
          json: { query: "huge-answer please", agent: MALLORY },
        });
        expect(told.text).toMatch(/larger than 1024 KiB|too large/);
      }
      return "an answer of 16 MiB is read to its first MiB, and told as a failure of that agent";
    },
  },
  {
    id: "S-15",
    name: "worker_container_limits",
    modes: BOTH,
    run: async (world) => {
      await takesUploads(world);
      const container = await docker.container(await world.agentContainer(`${HONEST}-${world.mode}`));
      expect(container?.HostConfig).toMatchObject({
        ...{ CpuShares: 512, NanoCpus: 1_000_000_000, PidsLimit: 256, CapDrop: ["ALL"] },
        ...{ Memory: 536_870_912, MemorySwap: 536_870_912 },
      });
      return "weight, processors, memory, processes and log are limited";
    },
  },
  refusesFiles(
    "zip",
    "zip_slip",
    [...withFiles("FROM node:24\n"), { name: "../../outside", content: "x" }],
    /leaves the archive's folder/,
  ),
  refusesFiles(
    "zip",
    "zip_symlink",
    [...withFiles("FROM node:24\n"), { name: "out", content: "../../etc/passwd", mode: 0o120777 }],
    /links out of/,
  ),
  refusesFiles(
    "zip",
    "zip_dockerfile_link",
    [
      ...echoAgent("refused-upload", "never").filter(({ name }) => name !== "Dockerfile"),
      { name: "Dockerfile", content: "main.cjs", mode: 0o120777 },
    ],
    /Dockerfile is missing/,
  ),
  refusesFiles(
    "zip",
    "zip_bomb",
    [...withFiles("FROM node:24\n"), { name: "bomb", content: Buffer.alloc(64 * 1024 * 1024), claimed: 10 }],
    /too many bytes/,
  ),
]);
