import { MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agentsMongo } from "../../../../platform/services/agents-mongo.ts";
import { MONGO_HEALTH } from "../../../../platform/services/mongo-settings.ts";
import { mongodb } from "../../../../platform/services/mongodb.ts";
import { BUILD_TIME, builtOffline, client, forever, prepared } from "../images/containers.ts";
import { type Running, secretOf, Stack } from "./service-container.ts";

const PASSWORD = secretOf("mongodb-password");

/** Runs with a client that is closed afterwards. */
async function withClient<Result>(
  service: Running,
  run: (mongo: MongoClient) => Promise<Result>,
  { user = "admin", password = PASSWORD, options = "" } = {},
): Promise<Result> {
  const login = user === "" ? "" : `${user}:${password}@`;
  const url = `mongodb://${login}${await service.address()}:27017/?authSource=admin${options}`;
  const mongo = new MongoClient(url, { serverSelectionTimeoutMS: 5_000 });
  try {
    return await run(await mongo.connect());
  } finally {
    await mongo.close();
  }
}

const count = (mongo: MongoClient): Promise<number> =>
  mongo.db("nasiko").collection("words").countDocuments();

describe("the stand-in for MongoDB", () => {
  const stack = new Stack();
  let running: Running;
  beforeAll(async () => {
    await prepared("base-debian");
    await builtOffline("mongo");
    running = await stack.start(mongodb);
  }, BUILD_TIME);
  afterAll(() => stack.clean());

  test("keeps what was acknowledged, through a kill and through a replacement", async () => {
    await withClient(running, (mongo) =>
      mongo.db("nasiko").collection("words").insertOne({ word: "bonjour" }),
    );
    await running.kill();
    running = await stack.start(mongodb);
    await withClient(running, (mongo) =>
      mongo
        .db("nasiko")
        .collection("words")
        .updateOne({ word: "bonjour" }, { $set: { seen: 2 } }),
    );
    // 128 + SIGTERM: the JVM says how it was asked to end, after it closed its files.
    expect(await running.replace()).toBe(143);
    running = await stack.start(mongodb);
    const found = await withClient(running, (mongo) =>
      mongo
        .db("nasiko")
        .collection("words")
        .findOne({ word: "bonjour" }, { projection: { _id: 0 } }),
    );
    expect(found).toEqual({ word: "bonjour", seen: 2 });
  });

  test.each([
    ["a wrong password", { password: "wrong" }, "Authentication failed."],
    ["an unknown user", { user: "eve" }, "Authentication failed."],
    ["nobody", { user: "" }, "Command aggregate requires authentication"],
  ])("refuses %s", async (_who, login, message) => {
    await expect(withClient(running, count, login)).rejects.toThrow(message);
  });

  test("takes SCRAM-SHA-256 by name, and no other mechanism", async () => {
    const by = (mechanism: string): Promise<number> =>
      withClient(running, count, { options: `&authMechanism=${mechanism}` });
    expect(await by("SCRAM-SHA-256")).toBeGreaterThanOrEqual(0);
    await expect(by("SCRAM-SHA-1")).rejects.toThrow("Authentication failed.");
  });

  test("answers ping and hello to anybody, and forgets who logged out", async () => {
    await withClient(
      running,
      async (mongo) => {
        expect(await mongo.db("admin").command({ ping: 1 })).toMatchObject({ ok: 1 });
        expect(await mongo.db("admin").command({ hello: 1 })).toMatchObject({ isWritablePrimary: true });
      },
      { user: "" },
    );
    await withClient(
      running,
      async (mongo) => {
        expect(await mongo.db("admin").command({ logout: 1 })).toMatchObject({ ok: 1 });
        await expect(count(mongo)).rejects.toThrow("requires authentication");
      },
      { options: "&maxPoolSize=1" },
    );
  });

  test("does what the platform asks of it: indexes, upserts, counters, joins", async () => {
    await withClient(running, async (mongo) => {
      const db = mongo.db("nasiko");
      const agents = db.collection<{ name: string; tags?: string[]; seen?: number }>("agents");
      await agents.createIndex({ name: 1 }, { unique: true });
      await agents.insertMany([{ name: "translator", tags: ["words"] }, { name: "router" }]);
      await expect(agents.insertOne({ name: "router" })).rejects.toThrow("E11000");
      const update = { $inc: { seen: 1 }, $addToSet: { tags: "new" } };
      const options = { upsert: true, returnDocument: "after" } as const;
      expect(await agents.findOneAndUpdate({ name: "planner" }, update, options)).toMatchObject({
        seen: 1,
        tags: ["new"],
      });
      await db.collection("chats").insertOne({ agent: "router", text: "hello" });
      const joined = await agents
        .aggregate([
          { $match: { name: "router" } },
          { $lookup: { from: "chats", localField: "name", foreignField: "agent", as: "chats" } },
          { $project: { _id: 0, texts: "$chats.text" } },
        ])
        .toArray();
      expect(joined).toEqual([{ texts: ["hello"] }]);
      expect(await agents.find().sort({ name: -1 }).limit(1).toArray()).toMatchObject([
        { name: "translator" },
      ]);
    });
  });

  test("serves the agents' own store beside it, with a password of its own", async () => {
    const agents = await stack.start(agentsMongo);
    const login = { user: "agents", password: secretOf("agents-mongo-password") };
    expect(await withClient(agents, count, login)).toBe(0);
    await expect(withClient(agents, count, { ...login, password: PASSWORD })).rejects.toThrow(
      "Authentication failed.",
    );
  });

  test("does not start with a name and no password", async () => {
    await expect(stack.start(agentsMongo, { env: { MONGO_INITDB_ROOT_PASSWORD: "" } })).rejects.toThrow(
      "go together",
    );
  });

  test("has a health check that fails where no server answers", async () => {
    const idle = await client.call("create a container", async (docker) => {
      const container = await docker.createContainer({
        Image: await builtOffline("mongo"),
        Cmd: ["sleep", "infinity"],
        Labels: { "nasiko.stack": stack.label },
      });
      await container.start();
      return container;
    });
    const [, ...command] = MONGO_HEALTH.test;
    const ask = async ({ id }: { readonly id: string }): Promise<number | undefined> =>
      (await client.exec(id, command, { timeout: 10_000, signal: forever })).exitCode;
    expect(await ask(idle)).toBe(1);
    expect(await ask(running.container)).toBe(0);
  });
});
