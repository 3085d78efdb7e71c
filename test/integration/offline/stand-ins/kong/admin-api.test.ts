import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BUILD_TIME } from "../../images/containers.ts";
import { ask, type Answered } from "./http.ts";
import { inside, World } from "./world.ts";

type Json = Readonly<Record<string, unknown>>;
const json = ({ text }: Answered): Json => JSON.parse(text) as Json; // the Admin API answers with objects

describe("the commands", () => {
  let world: World;
  beforeAll(async () => {
    world = await World.create();
  }, BUILD_TIME);
  afterAll(() => world.clean());

  test("refuse a database that is not bootstrapped, prepare it once, and leave it alone afterwards", async () => {
    const early = await world.once("docker-start");
    expect(early.exitCode).toBe(1);
    expect(early.output).toContain("run 'kong migrations bootstrap'");
    expect((await world.once("migrations", "up")).exitCode).toBe(1);
    expect(await world.once("migrations", "bootstrap")).toEqual({
      exitCode: 0,
      output: "Database is up-to-date",
    });
    expect(await world.once("migrations", "bootstrap")).toEqual({
      exitCode: 0,
      output: "Database already bootstrapped",
    });
    expect(await world.once("migrations", "up")).toEqual({
      exitCode: 0,
      output: "Database is already up-to-date",
    });
    expect(await world.once("migrations", "finish")).toEqual({
      exitCode: 0,
      output: "No pending migrations to finish",
    });
    await world.startKong();
    expect((await inside(world.kong, "kong", "version")).output).toContain("3.9.0-standin");
  });

  test("say what is wrong with the settings", async () => {
    const { exitCode, output } = await world.once("migrations", "sideways");
    expect(exitCode).toBe(1);
    expect(output).toContain("Error: unknown command: migrations sideways");
  });

  test("let a shell probe readiness", async () => {
    const probe =
      "exec 3<>/dev/tcp/127.0.0.1/8007; printf 'GET /status/ready HTTP/1.0\\r\\n\\r\\n' >&3; head -n 1 <&3";
    expect((await inside(world.kong, "bash", "-c", probe)).output).toContain("200 OK");
    expect((await inside(world.kong, "getent", "ahostsv4", "kong-database")).exitCode).toBe(0);
  });
});

describe("the Admin API", () => {
  let world: World;
  beforeAll(async () => {
    world = await World.ready();
  }, BUILD_TIME);
  afterAll(() => world.clean());

  const form = (path: string, body: string): Promise<Answered> =>
    ask({
      port: world.port("admin"),
      method: "POST",
      path,
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body,
    });

  test("says what it is, and that its database can be reached", async () => {
    expect(json(await world.admin("GET", "/"))).toMatchObject({ version: "3.9.0", standin: true });
    expect((await world.admin("GET", "/")).text).not.toContain("s3cret");
    expect(json(await world.admin("GET", "/status"))).toMatchObject({ database: { reachable: true } });
  });

  test("keeps an entity through its life", async () => {
    const made = await world.admin("POST", "/services", {
      name: "life",
      url: "http://up:5000/base",
      tags: ["a"],
    });
    expect(made.status).toBe(201);
    expect(json(made)).toMatchObject({ host: "up", port: 5000, path: "/base", retries: 5, tags: ["a"] });
    const { id, created_at } = json(made);
    expect(json(await world.admin("GET", `/services/${String(id)}`))).toEqual(json(made));
    const patched = await world.admin("PATCH", "/services/life", { read_timeout: 300_000 });
    expect(json(patched)).toMatchObject({
      id,
      created_at,
      read_timeout: 300_000,
      path: "/base",
      tags: ["a"],
    });
    const put = await world.admin("PUT", "/services/life", { host: "other" });
    expect(put.status).toBe(200);
    expect(json(put)).toMatchObject({
      id,
      created_at,
      name: "life",
      host: "other",
      read_timeout: 60_000,
      path: null,
      tags: null,
    });
    expect((await world.admin("DELETE", "/services/life")).status).toBe(204);
    expect((await world.admin("DELETE", "/services/life")).status).toBe(204);
    expect((await world.admin("GET", "/services/life")).status).toBe(404);
  });

  test("refuses in Kong's words", async () => {
    await world.admin("PUT", "/services/taken", { host: "h" });
    const refusals: readonly [Promise<Answered>, number, Json][] = [
      [
        world.admin("POST", "/services", { name: "taken", host: "h" }),
        409,
        { code: 5, name: "unique constraint violation", fields: { name: "taken" } },
      ],
      [
        world.admin("POST", "/services", { name: "x" }),
        400,
        { code: 2, fields: { host: "required field missing" } },
      ],
      [
        world.admin("POST", "/services/taken/routes", { name: "x" }),
        400,
        { code: 2, name: "schema violation" },
      ],
      [world.admin("POST", "/plugins", { name: "nasiko-auth" }), 400, { code: 2, name: "schema violation" }],
      [world.admin("POST", "/routes", { paths: ["/x"], service: { name: "nope" } }), 400, { code: 13 }],
      [
        world.admin("POST", "/routes", {
          paths: ["/x"],
          service: { id: "00000000-0000-4000-8000-000000000000" },
        }),
        400,
        { code: 4 },
      ],
      [world.admin("PATCH", "/services/nope", { port: 1 }), 404, { code: 6, name: "not found" }],
      [world.admin("POST", "/services/nope/routes", { paths: ["/x"] }), 404, { message: "Not found" }],
      [world.admin("GET", "/upstreams"), 404, { message: "Not found" }],
      [world.admin("PUT", "/services", { host: "h" }), 405, { message: "Method not allowed" }],
      [world.admin("GET", "/services?size=0"), 400, { code: 9 }],
    ];
    for (const [answer, status, body] of refusals) {
      const { text, ...rest } = await answer;
      expect({ status: rest.status, body: JSON.parse(text) as unknown }).toMatchObject({ status, body });
    }
    const id = String(json(await world.admin("GET", "/services/taken"))["id"]);
    expect(json(await world.admin("POST", "/services", { id, host: "h" }))).toMatchObject({ code: 3 });
    await world.admin("POST", "/services/taken/routes", { paths: ["/taken"] });
    const held = await world.admin("DELETE", "/services/taken");
    expect([held.status, json(held)]).toMatchObject([400, { fields: { "@referenced_by": "routes" } }]);
  });

  test("takes forms as well as JSON", async () => {
    await form("/services", "name=form&url=http://up/x&tags[]=a&tags[]=b");
    expect(json(await world.admin("GET", "/services/form"))).toMatchObject({
      host: "up",
      path: "/x",
      tags: ["a", "b"],
    });
    const route = await form("/services/form/routes", "name=form&paths[]=/form&strip_path=false&methods=GET");
    expect([route.status, json(route)]).toMatchObject([
      201,
      { paths: ["/form"], strip_path: false, methods: ["GET"] },
    ]);
    const plugin = await form("/routes/form/plugins", "name=rate-limiting&config.minute=5&config.hour=50");
    expect([plugin.status, json(plugin)]).toMatchObject([
      201,
      { config: { minute: 5, hour: 50, policy: "local" } },
    ]);
    const patched = await ask({
      port: world.port("admin"),
      method: "PATCH",
      path: `/plugins/${String(json(plugin)["id"])}`,
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "config.minute=6",
    });
    expect([patched.status, json(patched)]).toMatchObject([200, { config: { minute: 6, hour: 50 } }]);
    const text = { port: world.port("admin"), method: "POST", path: "/services", body: "x" };
    expect((await ask({ ...text, headers: { "content-type": "text/plain" } })).status).toBe(415);
    expect((await ask({ ...text, headers: { "content-type": "application/json" } })).status).toBe(400);
  });

  test("allows one plugin of a kind in a place, and removes it with the place", async () => {
    await world.expose("/placed", "up");
    const cors = { name: "cors", config: { origins: ["*"] } };
    expect((await world.admin("POST", "/services/-placed/plugins", cors)).status).toBe(201);
    expect((await world.admin("POST", "/routes/-placed/plugins", cors)).status).toBe(201);
    const again = await world.admin("POST", "/services/-placed/plugins", cors);
    expect([again.status, json(again)]).toMatchObject([
      409,
      { fields: { name: "cors", route: null, consumer: null } },
    ]);
    const count = async (): Promise<unknown> =>
      (json(await world.admin("GET", "/routes/-placed/plugins"))["data"] as unknown[]).length;
    expect(await count()).toBe(1);
    await world.admin("DELETE", "/routes/-placed");
    expect((await world.admin("GET", "/routes/-placed/plugins")).status).toBe(404);
    expect((await world.admin("DELETE", "/services/-placed")).status).toBe(204);
  });

  test("lists page by page and by tags", async () => {
    for (let index = 0; index < 5; index += 1)
      await world.admin("PUT", `/services/page-${index}`, {
        host: "h",
        tags: ["page", index % 2 === 0 ? "even" : "odd"],
      });
    const names: unknown[] = [];
    let next: unknown = "/services?tags=page&size=2";
    let pages = 0;
    while (typeof next === "string") {
      const page = json(await world.admin("GET", next));
      names.push(...(page["data"] as readonly Json[]).map(({ name }) => name));
      next = page["next"];
      pages += 1;
    }
    expect(pages).toBe(3);
    expect(names.toSorted()).toEqual([0, 1, 2, 3, 4].map((index) => `page-${index}`));
    const tagged = async (tags: string): Promise<number> =>
      (json(await world.admin("GET", `/services?tags=${tags}`))["data"] as unknown[]).length;
    expect(await tagged("page,odd")).toBe(2);
    expect(await tagged("even/odd")).toBe(5);
    expect(await tagged("page,nothing")).toBe(0);
  });

  test("keeps consumers with their credentials and groups", async () => {
    const made = await world.admin("PUT", "/consumers/user-1", { custom_id: "1", tags: ["nasiko-auth"] });
    expect([made.status, json(made)]).toMatchObject([200, { username: "user-1", custom_id: "1" }]);
    const { id } = json(made);
    const credential = await world.admin("POST", "/consumers/user-1/jwt", { key: "1:1", secret: "s" });
    expect([credential.status, json(credential)]).toMatchObject([
      201,
      { consumer: { id }, key: "1:1", secret: "s", algorithm: "HS256" },
    ]);
    const generated = json(await world.admin("POST", "/consumers/user-1/jwt"));
    expect(String(generated["key"]).length).toBeGreaterThan(20);
    expect(String(generated["secret"]).length).toBeGreaterThan(20);
    for (const group of ["a", "agent:b"]) {
      const answer = await world.admin("PUT", `/consumers/user-1/acls/${group}`);
      expect([answer.status, json(answer)]).toMatchObject([200, { consumer: { id }, group }]);
    }
    // Written twice is written once.
    await world.admin("PUT", "/consumers/user-1/acls/a");
    expect(json(await world.admin("GET", "/consumers/user-1/acls"))["data"]).toHaveLength(2);
    expect(json(await world.admin("GET", "/jwts/1:1"))).toMatchObject({ key: "1:1" });
    expect(json(await world.admin("GET", "/jwts/1:1/consumer"))).toMatchObject({ username: "user-1" });
    expect(json(await world.admin("GET", "/consumers?tags=nasiko-auth"))["data"]).toHaveLength(1);
    await world.admin("DELETE", "/consumers/user-1");
    for (const path of ["/jwts", "/acls"]) expect(json(await world.admin("GET", path))["data"]).toEqual([]);
  });

  test("refuses what would make a consumer two, or nobody", async () => {
    await world.admin("PUT", "/consumers/user-1", { custom_id: "1" });
    await world.admin("PUT", "/consumers/user-2", { custom_id: "2" });
    await world.admin("PUT", "/consumers/user-1/jwt/1:1", { secret: "s" });
    await world.admin("PUT", "/consumers/user-1/acls/a");
    const refused = async (method: string, path: string, body?: Json): Promise<unknown> => {
      const answer = await world.admin(method, path, body);
      return [answer.status, json(answer)["name"] ?? json(answer)["message"]];
    };
    const twice = [409, "unique constraint violation"];
    expect(await refused("POST", "/consumers", { username: "user-1" })).toEqual(twice);
    expect(await refused("POST", "/consumers", { username: "x", custom_id: "1" })).toEqual(twice);
    expect(await refused("POST", "/consumers/user-2/jwt", { key: "1:1" })).toEqual(twice);
    expect(await refused("POST", "/consumers/user-1/acls", { group: "a" })).toEqual(twice);
    expect(await refused("POST", "/consumers", {})).toEqual([400, "schema violation"]);
    expect(await refused("POST", "/consumers/user-1/jwt", { algorithm: "none" })).toEqual([
      400,
      "schema violation",
    ]);
    expect(await refused("POST", "/consumers/user-1/jwt", { algorithm: "RS256" })).toEqual([
      400,
      "schema violation",
    ]);
    // What is one consumer's cannot be reached, let alone removed, through another.
    expect(await refused("DELETE", "/consumers/user-2/acls/a")).toEqual([404, "Not found"]);
    expect(await refused("GET", "/consumers/user-2/jwt/1:1")).toEqual([404, "Not found"]);
    // A group's name alone means nobody's membership.
    expect(await refused("GET", "/acls/a")).toEqual([404, "Not found"]);
    expect((await world.admin("DELETE", "/acls/a")).status).toBe(204);
    expect(json(await world.admin("GET", "/consumers/user-1/acls"))["data"]).toHaveLength(1);
  });
});
