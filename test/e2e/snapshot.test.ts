import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { type Collection, MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { docker, TestStack } from "./support/test-stack.ts";

/** The stores, and n8n, which writes to the root of its volume as a user of its own; MongoDB is published on request only, for whoever wants to look into it from here. */
const SERVICES: Record<string, string> = { NASIKO_SERVICES: "kong-database,mongodb,redis,n8n" };

interface Taken {
  readonly snapshot: { readonly id: string; readonly folder: string };
}

let stack: TestStack;
let taken: Taken;

beforeAll(async () => {
  stack = await TestStack.create("e2e-snapshot");
  stack.copyAgent("translator");
  SERVICES["NASIKO_PORT_MONGODB"] = String(27_017 + (stack.portOffset % 20_000));
  await stack.json(["local", "up", "--yes"], SERVICES);
  await mongo((records) => records.insertOne({ word: "still here" }));
  await psql("create table kept (word text); insert into kept values ('still here')");
  await redis("set kept still-here");
});

afterAll(async () => {
  await stack.remove();
});

describe("a snapshot", () => {
  test("copies data and secrets while the stores stand still, and everything is ready again after it", async () => {
    taken = await stack.json<Taken>(["local", "snapshot"], SERVICES);
    expect((await stack.nasiko(["local", "status"], SERVICES)).exitCode).toBe(0);
    const { folder } = taken.snapshot;
    expect(readdirSync(folder)).toEqual(
      expect.arrayContaining(["snapshot.json", "kong-database-data-offline.tar.gz"]),
    );
    for (const file of readdirSync(folder)) expect(statSync(join(folder, file)).mode & 0o077).toBe(0);
    const password = await envOf("kong-database", "POSTGRES_PASSWORD");
    expect(readFileSync(join(folder, "snapshot.json"), "utf8")).not.toContain(password);
  });

  test("is not restored over data", async () => {
    const refused = await stack.nasiko(["local", "restore", taken.snapshot.id, "--yes", "--json"], SERVICES);
    expect(JSON.parse(refused.stdout)).toMatchObject({ errors: [{ code: "NSK-RESTORE-OVER-DATA" }] });
  });

  test("brings a stack back that was deleted with all its data, passwords included", async () => {
    const password = await envOf("kong-database", "POSTGRES_PASSWORD");
    await psql("insert into kept values ('of today')");
    const down = await stack.json<Taken & { readonly left: readonly unknown[] }>(
      ["local", "down", "--snapshot", "--volumes", "--verify", "--yes"],
      SERVICES,
    );
    expect(down.left).toEqual([]);

    await stack.json(["local", "restore", down.snapshot.id, "--yes"], SERVICES);

    expect(await envOf("kong-database", "POSTGRES_PASSWORD")).toBe(password);
    expect(await psql("select string_agg(word, ', ' order by word) from kept")).toBe("of today, still here");
    expect(await redis("get kept")).toBe("still-here");
    expect(await mongo((records) => records.findOne({}))).toMatchObject({ word: "still here" });
    expect((await stack.nasiko(["local", "status"], SERVICES)).exitCode).toBe(0);
  });

  test("that was changed on disk is refused before anything changes", async () => {
    const { folder, id } = taken.snapshot;
    const archive = join(folder, "redis-data-offline.tar.gz");
    // As long as before: only its content tells.
    const bytes = readFileSync(archive);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    writeFileSync(archive, bytes);
    const refused = await stack.nasiko(["--stack", "e2e-snapshot-copy", "local", "restore", id, "--yes"]);
    expect(refused).toMatchObject({ exitCode: 72, stdout: "" });
    expect(refused.stderr).toContain("redis-data-offline.tar.gz has another checksum");
    const unknown = await stack.nasiko(["local", "restore", "no-such", "--yes"]);
    expect(unknown.stderr).toContain(`There are: ${id}`);
  });
});

const psql = (statement: string): Promise<string> =>
  inside("kong-database", ["psql", "-At", "-U", "kong", "-d", "kong", "-c", statement]);

const redis = (command: string): Promise<string> => inside("redis", ["redis-cli", ...command.split(" ")]);

async function mongo<Result>(work: (records: Collection) => Promise<Result>): Promise<Result> {
  const password = await envOf("mongodb", "MONGO_INITDB_ROOT_PASSWORD");
  const port = SERVICES["NASIKO_PORT_MONGODB"] ?? "";
  const client = new MongoClient(`mongodb://admin:${password}@127.0.0.1:${port}/?authSource=admin`);
  try {
    return await work(client.db("kept").collection("records"));
  } finally {
    await client.close();
  }
}

/** Runs a program in a container that must succeed. */
async function inside(service: string, command: readonly string[]): Promise<string> {
  const signal = AbortSignal.timeout(60_000);
  const result = await docker.exec(stack.containerName(service), command, { timeout: 60_000, signal });
  expect(result, result.output).toMatchObject({ exitCode: 0 });
  return result.output.trim();
}

async function envOf(service: string, variable: string): Promise<string> {
  const container = await docker.container(stack.containerName(service));
  const line = container?.Config.Env.find((entry) => entry.startsWith(`${variable}=`));
  return line?.slice(variable.length + 1) ?? "";
}
