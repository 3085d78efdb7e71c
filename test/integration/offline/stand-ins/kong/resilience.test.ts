import type Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BUILD_TIME } from "../../images/containers.ts";
import { ask, eventually, told } from "./http.ts";
import { inside, memoryOf, World } from "./world.ts";

describe("the gateway goes on", () => {
  let world: World;
  let old: Docker.Container;
  beforeAll(async () => {
    world = await World.ready();
    [old] = await Promise.all([world.startUpstream("old"), world.startUpstream("new")]);
    for (const server of ["old", "new"]) {
      await world.expose(`/${server}`, server);
      await eventually(async () => (await world.proxy(`/${server}`)).status === 200);
    }
    await world.expose("/agent", "old");
  }, BUILD_TIME);
  afterAll(() => world.clean());

  const isHeld =
    (name: string): (() => Promise<boolean>) =>
    async () =>
      (await world.proxy(`/old/held?name=${name}`)).text === "1";

  test("while a service moves from one server to another and back under load: no request fails", async () => {
    let running = true;
    const counts = new Map<string, number>();
    const work = async (method: string): Promise<void> => {
      while (running) {
        const answer = await world.proxy("/agent", {
          method,
          ...(method === "POST" ? { body: "x".repeat(1000) } : {}),
        });
        const key = answer.status === 200 ? told(answer).server : `${answer.status} ${answer.text}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    };
    const load = ["GET", "POST", "GET", "POST", "PUT", "DELETE"].map(work);
    for (let move = 0; move < 20; move += 1) {
      const host = move % 2 === 0 ? "new" : "old";
      expect((await world.admin("PATCH", "/services/-agent", { host })).status).toBe(200);
      expect(told(await world.proxy("/agent")).server).toBe(host);
    }
    running = false;
    await Promise.all(load);
    expect([...counts.keys()].toSorted()).toEqual(["new", "old"]);
  });

  test("with a request that is under way on the server that the service has left", async () => {
    await world.admin("PATCH", "/services/-agent", { host: "old" });
    const held = world.proxy("/agent/hold?name=move");
    await eventually(isHeld("move"));
    await world.admin("PATCH", "/services/-agent", { host: "new" });
    expect(told(await world.proxy("/agent")).server).toBe("new");
    await world.proxy("/old/release?name=move");
    expect(told(await held).server).toBe("old");
  });

  test("without its database, and makes changes again when it is back", async () => {
    await world.database.stop();
    expect((await world.proxy("/agent")).status).toBe(200);
    expect((await ask({ port: world.port("status"), path: "/status/ready" })).status).toBe(503);
    const refused = await world.admin("POST", "/services", { name: "later", host: "h" });
    expect([refused.status, JSON.parse(refused.text)]).toEqual([
      500,
      { message: "An unexpected error occurred" },
    ]);
    expect(JSON.parse((await world.admin("GET", "/status")).text)).toMatchObject({
      database: { reachable: false },
    });
    expect((await world.proxy("/agent")).status).toBe(200);
    await world.database.start();
    await eventually(async () => (await world.admin("PUT", "/services/later", { host: "h" })).status === 200);
    expect(JSON.parse((await world.admin("GET", "/status")).text)).toMatchObject({
      database: { reachable: true },
    });
  });

  test("after a restart, with the routes that it had", async () => {
    await world.restartKong();
    expect(told(await world.proxy("/agent")).server).toBe("new");
  });

  test("in little memory", async () => {
    await Promise.all(Array.from({ length: 200 }, () => world.proxy("/agent")));
    // Some 70 MB, and a tenth more or less by when it last collected its garbage; 512 MB are its limit.
    expect(await memoryOf(world.kong)).toBeLessThan(100 * 2 ** 20);
  });

  test("until the requests that are under way have their answers, then ends well", async () => {
    const held = world.proxy("/old/hold?name=stop");
    await eventually(isHeld("stop"));
    const stopped = world.kong.stop({ t: 20 });
    await eventually(async () => {
      const answer = await ask({ port: world.port("status"), path: "/status/ready" });
      return answer.status === 503;
    });
    await expect(world.proxy("/agent")).rejects.toThrow();
    // Nothing new gets in through the gateway by now, so the server is asked from inside.
    await inside(old, "node", "-e", 'fetch("http://127.0.0.1:5000/release?name=stop")');
    const answer = await held;
    expect([answer.status, answer.headers.connection]).toEqual([200, "close"]);
    await stopped;
    expect((await world.kong.inspect()).State.ExitCode).toBe(0);
  });
});
