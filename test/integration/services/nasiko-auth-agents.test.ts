import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agentSecret, AuthWorld, SERVICE_TOKEN, SUPERUSER, type Account } from "./support/auth-world.ts";
import { at, type Answer } from "./support/http.ts";

let world: AuthWorld;
let root: string;

beforeAll(async () => {
  world = await AuthWorld.start();
  root = await world.token(SUPERUSER);
});

afterAll(async () => {
  expect(await world.stop()).toBe(0);
});

const validate = (token: string): Promise<Answer> => world.post("/auth/validate", token);
const member = async (
  more: Readonly<Record<string, unknown>> = {},
): Promise<Account & { readonly token: string }> => {
  const account = await world.register(root, more);
  return { ...account, token: await world.token(account) };
};
const INVALID = { status: 401, body: { detail: "Invalid or expired token" } };

describe("an agent", () => {
  const own = (agent: string, owner: string): Promise<Answer> =>
    world.post(`/auth/agents/${agent}/permissions?owner_id=${owner}`, SERVICE_TOKEN);
  const reserve = (names: readonly string[]): Promise<Answer> =>
    world.ask("/auth/stack/agents", { method: "PUT", token: SERVICE_TOKEN, json: { agent_names: names } });
  const accept = (agent: string, owner: string): Promise<Answer> =>
    world.post(`/auth/agents/${agent}/accept?owner_id=${owner}`, SERVICE_TOKEN);
  const tokenOf = (agent_name: string, access_secret: unknown): Promise<Answer> =>
    world.post("/auth/agents/token", "", { agent_name, access_secret });
  const forget = (agent: string, token: string, query = ""): Promise<Answer> =>
    world.ask(`/auth/agents/${agent}/permissions${query}`, { method: "DELETE", token });
  const accessible = async (token: string): Promise<unknown> =>
    at((await world.ask("/auth/my-accessible-agents", { token })).body, "accessible_agents");

  test("is seen by its owner and those it is granted to, here and at the gateway", async () => {
    const [alice, bob] = [await member(), await member()];
    expect((await own("weather", alice.id)).status).toBe(200);
    expect(await accessible(alice.token)).toEqual(["weather"]);
    expect(await accessible(bob.token)).toEqual([]);
    expect(world.kong.groupsOf(alice.id)).toEqual(["nasiko-user", "agent:weather"]);

    const granted = await world.post("/auth/agents/weather/access/users", alice.token, {
      user_ids: [bob.id],
    });
    expect(granted).toMatchObject({ status: 200, body: { can_be_accessed_by_users: [bob.id] } });
    expect(await accessible(bob.token)).toEqual(["weather"]);
    expect(world.kong.groupsOf(bob.id)).toEqual(["nasiko-user", "agent:weather"]);

    const path = `/auth/agents/weather/access/users/${bob.id}`;
    expect((await world.ask(path, { method: "DELETE", token: bob.token })).status).toBe(403);
    expect((await world.ask(path, { method: "DELETE", token: alice.token })).status).toBe(200);
    expect(await accessible(bob.token)).toEqual([]);
    expect(world.kong.groupsOf(bob.id)).toEqual(["nasiko-user"]);
  });

  test("is nobody else's to take, to share or to find", async () => {
    const [alice, bob] = [await member(), await member()];
    await own("secret-agent", alice.id);
    expect((await own("secret-agent", bob.id)).status).toBe(409);
    const claim = `/auth/agents/secret-agent/permissions?owner_id=${bob.id}`;
    expect((await world.post(claim, bob.token)).status).toBe(403);
    const share = { user_ids: [bob.id] };
    expect((await world.post("/auth/agents/secret-agent/access/users", bob.token, share)).status).toBe(404);
    expect((await world.ask("/auth/agents/secret-agent/permissions", { token: bob.token })).status).toBe(404);
    expect((await world.ask(`/auth/agent-permissions/owner/${alice.id}`, { token: bob.token })).status).toBe(
      403,
    );
    expect(await accessible(bob.token)).toEqual([]);
    // The super user decides about everything.
    expect((await world.post("/auth/agents/secret-agent/access/users", root, share)).status).toBe(200);
    expect(await accessible(bob.token)).toEqual(["secret-agent"]);
  });

  test("is not shared across organizations, whose users do not find each other", async () => {
    const [alice, eve] = [await member({ organization: "acme" }), await member({ organization: "evil" })];
    await own("acme-agent", alice.id);
    const share = { user_ids: [eve.id] };
    expect((await world.post("/auth/agents/acme-agent/access/users", alice.token, share)).status).toBe(404);
    expect((await world.post("/auth/agents/acme-agent/access/users", root, share)).status).toBe(404);
    const found = await world.ask("/auth/system/users-for-search", { token: eve.token });
    expect(at(found.body, "users.length")).toBe(1);
    expect((await world.ask("/auth/system/users-for-search")).status).toBe(401);
  });

  test("proves itself with its own secret and may call only what it was granted", async () => {
    const { id } = await member();
    await own("callee", id);
    expect((await reserve(["caller"])).status).toBe(200);
    const wrong = { agent_name: "caller", access_secret: agentSecret("another") };
    expect((await world.post("/auth/agents/token", "", wrong)).status).toBe(401);
    const answer = await world.post("/auth/agents/token", "", {
      agent_name: "caller",
      access_secret: agentSecret("caller"),
    });
    const token = String(at(answer.body, "token"));
    expect((await validate(token)).body).toMatchObject({ subject_id: "agent:caller", subject_type: "agent" });
    expect(world.kong.groupsOf("agent:caller")).toEqual(["nasiko-agent"]);
    expect(await accessible(token)).toEqual([]);
    const share = { agent_ids: ["caller"] };
    expect((await world.post("/auth/agents/callee/access/agents", root, share)).status).toBe(200);
    expect(await accessible(token)).toEqual(["callee"]);
    expect(world.kong.groupsOf("agent:caller")).toEqual(["nasiko-agent", "agent:callee"]);
    expect((await world.post("/auth/agents/callee/access/agents", token, share)).status).toBe(403);
  });

  test("that was uploaded has a secret that ends with it, and with its owner's time", async () => {
    const [alice, mallory] = [await member(), await member()];
    const handed = async (owner: string): Promise<unknown> =>
      at((await accept("handed-on", owner)).body, "access_secret");
    await own("handed-on", mallory.id);
    const first = await handed(mallory.id);
    const stolen = await tokenOf("handed-on", first);
    expect(stolen.status).toBe(200);
    expect(await handed(mallory.id)).toBe(first);
    expect((await forget("handed-on", mallory.token)).status).toBe(200);
    expect((await tokenOf("handed-on", first)).status).toBe(401);

    await own("handed-on", alice.id);
    const second = await handed(alice.id);
    expect(second).not.toBe(first);
    expect((await tokenOf("handed-on", first)).status).toBe(401);
    expect((await tokenOf("handed-on", second)).status).toBe(200);
    expect(await validate(String(at(stolen.body, "token")))).toEqual(INVALID);
    expect((await accept("handed-on", mallory.id)).status).toBe(409);

    // The owner goes, the agent stays, and what its owner knew is worth nothing.
    expect((await world.ask(`/auth/users/${alice.id}`, { method: "DELETE", token: root })).status).toBe(200);
    expect((await tokenOf("handed-on", second)).status).toBe(401);
    expect((await tokenOf("handed-on", await handed(alice.id))).status).toBe(200);
  });

  test("that nobody entered gets no token, whatever secret it shows, and is not entered by asking", async () => {
    expect((await tokenOf("unheard-of", agentSecret("unheard-of"))).status).toBe(401);
    expect(
      (await tokenOf("unheard-of", createHmac("sha256", "x").update("unheard-of").digest("hex"))).status,
    ).toBe(401);
    expect(world.kong.groupsOf("agent:unheard-of")).toEqual([]);
    expect((await world.post("/auth/agents/unheard-of/accept", root)).status).toBe(403);
  });

  test("of the stack keeps its name, its grants and its secret for as long as the program lists it", async () => {
    const { id, token } = await member();
    await reserve(["reserved", "caller"]);
    expect((await own("reserved", id)).status).toBe(409);
    expect((await accept("reserved", id)).status).toBe(409);
    expect((await forget("reserved", root)).status).toBe(409);
    const share = { user_ids: [id] };
    expect((await world.post("/auth/agents/reserved/access/users", root, share)).status).toBe(200);
    await reserve(["caller", "reserved"]);
    expect(await accessible(token)).toEqual(["reserved"]);
    expect((await tokenOf("reserved", agentSecret("reserved"))).status).toBe(200);

    await reserve(["caller"]);
    expect((await tokenOf("reserved", agentSecret("reserved"))).status).toBe(401);
    expect((await own("reserved", id)).status).toBe(200);
    // The operator's program counts more than who came first.
    await reserve(["caller", "reserved"]);
    expect(await accessible(token)).toEqual([]);
    expect(
      (await world.ask("/auth/stack/agents", { method: "PUT", token: root, json: { agent_names: [] } }))
        .status,
    ).toBe(403);
  });

  test("is its owner's to call only once the worker has accepted it; a refused one leaves its name free", async () => {
    const [alice, bob] = [await member(), await member()];
    const claim = (owner: string): Promise<Answer> =>
      world.post(`/auth/agents/claimed/permissions?pending=true&owner_id=${owner}`, SERVICE_TOKEN);
    expect((await claim(alice.id)).status).toBe(200);
    expect((await claim(bob.id)).status).toBe(409);
    expect(world.kong.groupsOf(alice.id)).toEqual(["nasiko-user"]);
    expect(await accessible(alice.token)).toEqual([]);
    expect((await forget("claimed", SERVICE_TOKEN, "?pending=true")).body).toMatchObject({ success: true });

    expect((await claim(bob.id)).status).toBe(200);
    expect((await accept("claimed", bob.id)).status).toBe(200);
    expect(world.kong.groupsOf(bob.id)).toEqual(["nasiko-user", "agent:claimed"]);
    // A later version that is refused takes nothing away.
    expect((await claim(bob.id)).status).toBe(200);
    expect((await forget("claimed", SERVICE_TOKEN, "?pending=true")).body).toMatchObject({ success: false });
    expect(await accessible(bob.token)).toEqual(["claimed"]);
  });

  test("is not locked out by those who guess its secret", async () => {
    await reserve(["caller"]);
    const outcomes = await Promise.all(Array.from({ length: 120 }, () => tokenOf("caller", "wrong")));
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set([401, 429]));
    expect((await tokenOf("caller", agentSecret("caller"))).status).toBe(200);
  });

  test("that comes back under an old name does not take the old tokens back", async () => {
    const { id } = await member();
    await own("phoenix", id);
    expect(
      (await world.ask("/auth/agents/phoenix/permissions", { method: "DELETE", token: root })).status,
    ).toBe(200);
    expect(await accessible(root)).not.toContain("phoenix");
    expect(
      (await world.ask("/auth/agents/phoenix/permissions", { method: "DELETE", token: SERVICE_TOKEN }))
        .status,
    ).toBe(404);
  });
});
