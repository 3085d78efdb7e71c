import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";

import { afterEach, describe, expect, test } from "vitest";

import { history as historyCommand } from "../../../../cli/commands/local/history.ts";
import { readPassphrase } from "../../../../cli/stack/home/home.ts";
import { stackAddress } from "../../../../cli/stack/state/deployment.ts";
import { backendPaths } from "../../../../engine/core/backend.ts";
import { writeHistory } from "../../../../engine/core/history.ts";
import { calling, createSurroundings, type Surroundings } from "../handler-context.ts";

const history = calling(historyCommand);

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function surroundings(environment: Readonly<Record<string, string>> = {}): Promise<Surroundings> {
  const made = await createSurroundings({ environment });
  closing.push(() => made.close());
  readPassphrase(made.context.home);
  const address = stackAddress({ stack: "local", home: made.context.home });
  const { checkpoint } = backendPaths(address);
  mkdirSync(dirname(checkpoint), { recursive: true });
  writeFileSync(checkpoint, "{}");
  await writeHistory(address, {
    ...{ kind: "update", result: "succeeded", startedAt: Date.parse("2026-01-31T08:00:00Z") },
    ...{ finishedAt: Date.parse("2026-01-31T08:00:09Z"), changes: { create: 1 }, by: "me" },
  });
  // It is none: what is left is the history of a stack that was removed.
  rmSync(checkpoint);
  return made;
}

const WORKER = {
  name: "nasiko-local-nasiko-worker",
  labels: { "nasiko.stack": "local", "nasiko.service": "nasiko-worker", "nasiko.kind": "service" },
  running: true,
  health: "healthy" as const,
};
const said = (second: number, fields: object): string =>
  `2026-01-31T08:01:0${second}.000000001Z ${JSON.stringify({ message: "agent", ...fields })}`;

describe("history", () => {
  test("is runs and what the worker did, by time", async () => {
    const { context, docker } = await surroundings();
    docker.containers.push({
      ...WORKER,
      log: [
        said(1, { agent: "echo", command: "deploy_agent", stage: "building" }),
        said(2, { agent: "echo", command: "deploy_agent", stage: "active", owner: "u1" }),
      ],
    });
    // An agent may write what it likes: the worker's container alone is asked.
    docker.containers.push({
      ...WORKER,
      name: "nasiko-local-agent-evil-1",
      labels: { "nasiko.stack": "local", "nasiko.agent": "nasiko-worker", "nasiko.kind": "agent" },
      log: [said(3, { agent: "echo", command: "remove_agent", stage: "removed" })],
    });
    const { text, json } = await history(context, {});
    expect(text.split("\n").map((line) => line.split(/ {2,}/).slice(1))).toEqual([
      ["TOOK", "WHO", "WHAT", "RESULT", "CHANGES"],
      ["u1", "deploy agent echo", "active"],
      ["9.0 s", "me", "update", "succeeded", "1 create"],
    ]);
    expect(json).toMatchObject({
      ok: true,
      events: [{ event: "agent" }, { event: "run" }],
      runs: [{ by: "me" }],
      notes: [],
    });
  });

  test("is one kind of it, or what was since then", async () => {
    const { context, docker } = await surroundings();
    docker.containers.push({ ...WORKER, log: [said(2, { agent: "echo", stage: "removed" })] });
    expect((await history(context, { kind: "agent" })).json).toMatchObject({ events: [{ event: "agent" }] });
    expect((await history(context, { kind: "run" })).json).toMatchObject({ events: [{ event: "run" }] });
    expect((await history(context, { since: "2026-01-31T08:01:00Z" })).json).toMatchObject({
      events: [{ event: "agent" }],
    });
    expect((await history(context, { since: "2026-02-01" })).text).toBe(
      "Nothing was done with stack local since then.",
    );
  });

  test("shows the runs of a stack that is gone, and says what cannot be told where no engine answers", async () => {
    const { context, told } = await surroundings();
    expect((await history(context, {})).json).toMatchObject({ events: [{ event: "run" }], notes: [] });
    const without = context.withEnvironment({ DOCKER_HOST: "unix:///nowhere/docker.sock" });
    const { json, exitCode } = await history(without, {});
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({ events: [{ event: "run" }], notes: [expect.stringContaining("worker")] });
    expect(told.join("\n")).toContain("What the worker did is not known");
    await expect(history(without, { kind: "agent" })).rejects.toThrow();
  });
});

describe("history of who may do what", () => {
  /** The gateway with the authentication service behind it. */
  async function gateway(answers: (token: string | undefined) => number): Promise<string> {
    const server = createServer((request, response) => {
      const status = answers(request.headers.authorization);
      response.writeHead(status, { "content-type": "application/json", "x-kong-upstream-latency": "1" });
      const body = (request.url ?? "").startsWith("/auth/audit")
        ? {
            entries: [
              {
                at: "2026-01-31T08:02:00.000Z",
                actor: "u1",
                action: "user.revoke",
                target: "u2",
                detail: {},
              },
              {
                at: "2026-01-31T08:01:00.000Z",
                actor: "u2",
                action: "access.refused",
                target: "*",
                detail: {},
              },
            ],
          }
        : { users: [userOf("u1", "alice"), userOf("u2", "bob")] };
      response.end(JSON.stringify(status === 200 ? body : { detail: "Super user access required" }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closing.push(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    // A server that listens on a port has an address of this form.
    return String((server.address() as AddressInfo).port);
  }
  const userOf = (user_id: string, username: string): object => ({
    ...{ user_id, username, email: "", is_super_user: true, status: "active", organizations: [] },
  });
  const logIn = ({ context }: Surroundings): void => {
    const file = join(context.home.folder, "tokens/local.json");
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(
      file,
      JSON.stringify({ token: "t0ken", username: "alice", expiresAt: Date.now() + 60_000 }),
    );
  };
  const enterprise = async (port: string): Promise<Surroundings> =>
    surroundings({
      AUTH_MODE: "enterprise",
      NASIKO_SERVICES: "kong,nasiko-auth-service",
      NASIKO_PORT_KONG: port,
    });

  test("is told to the super user who is logged in, with names", async () => {
    const made = await enterprise(await gateway((token) => (token === "Bearer t0ken" ? 200 : 401)));
    logIn(made);
    const { text } = await history(made.context, {});
    expect(text).toMatch(/alice +user\.revoke bob +done/);
    expect(text).toMatch(/bob +access\.refused \* +refused/);
    expect(text).toMatch(/me +update/);
  });

  test("is told to nobody else, who sees the rest", async () => {
    const made = await enterprise(await gateway(() => 403));
    const stranger = await history(made.context, {});
    expect(stranger.json).toMatchObject({ events: [{ event: "run" }] });
    expect(made.told.join("\n")).toContain("Nobody is logged in");
    logIn(made);
    expect((await history(made.context, {})).json).toMatchObject({
      events: [{ event: "run" }],
      notes: [expect.stringContaining("Super user access required")],
    });
    await expect(history(made.context, { kind: "access" })).rejects.toThrow("Super user access required");
  });
});
