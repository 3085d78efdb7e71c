import { createHmac, type X509Certificate } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import { connect } from "node:tls";

import { expect } from "vitest";

import { superuser } from "../../e2e/support/superuser.ts";
import { BOTH, defineAttacks } from "../support/attack.ts";
import { asked, type Told } from "../support/http.ts";
import { MALLORY } from "../support/mallory.ts";
import type { World } from "../support/world.ts";

const AGENTS = "/api/v1/registry/user/agents";
/** Default host port of the gateway with TLS. */
const TLS_PORT = 9443;

/** A variable of the auth service, which attackers do not have: with it the strongest forgery can be made. */
async function secretOfStack(world: World, name: string): Promise<string> {
  const container = `nasiko-${world.stack.name}-nasiko-auth-service`;
  const value = await world.inside(container, `return process.env[args];`, name);
  if (typeof value !== "string") throw new Error(`${container} has no ${name}`);
  return value;
}

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

const login = (world: World, access_key: string, access_secret: string): Promise<Told> =>
  asked(() => world.ask({ path: "/auth/users/login", json: { access_key, access_secret } }));
const agentToken = (world: World, agent_name: string, access_secret: string): Promise<Told> =>
  asked(() => world.ask({ path: "/auth/agents/token", json: { agent_name, access_secret } }));

/** Lines of the audit trail with this action. */
async function audited(world: World, action: string): Promise<readonly string[]> {
  const told = await world.ask({ path: "/auth/audit?limit=500", token: await world.superUser() });
  expect(told.status, told.text).toBe(200);
  // The trail's own contract.
  const { entries } = JSON.parse(told.text) as { readonly entries: readonly { readonly action: string }[] };
  return entries.filter((entry) => entry.action === action).map((entry) => JSON.stringify(entry));
}

/** Who somebody is, what proves it, and who learns it. */
export const IDENTITY_ATTACKS = defineAttacks([
  {
    id: "X-05",
    name: "jwt_nbf",
    modes: ["enterprise"],
    run: async (world) => {
      const [header = "", payload = ""] = (await world.superUser()).split(".");
      const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Readonly<
        Record<string, unknown>
      >;
      const key = createHmac("sha256", await secretOfStack(world, "JWT_SECRET"))
        .update(String(claims["iss"]))
        .digest("hex");
      const judge = async (more: Readonly<Record<string, unknown>>): Promise<readonly number[]> => {
        const signed = `${header}.${encoded({ ...claims, ...more })}`;
        const token = `${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`;
        const paths = [AGENTS, "/auth/users"];
        return Promise.all(paths.map(async (path) => (await world.ask({ path, token })).status));
      };
      const now = Math.floor(Date.now() / 1000);
      expect(await judge({})).toEqual([200, 200]);
      for (const nbf of [now + 86_400, now + 3600.5, String(now), null, undefined, 1e300])
        expect(await judge({ nbf }), String(nbf)).toEqual([401, 401]);
      for (const exp of [now - 1, -1, String(now + 60), null, undefined, 1e300])
        expect(await judge({ exp }), String(exp)).toEqual([401, 401]);
      return "401 from gateway and auth service, however the moment is written";
    },
  },
  {
    id: "S-26",
    name: "user_check_enumeration",
    modes: ["enterprise"],
    run: async (world) => {
      const ask = (token: string): Promise<Told> =>
        world.ask({ path: "/auth/users/check", json: { username: "admin" }, token });
      expect((await ask(await world.superUser())).status).toBe(200);
      const { token } = await world.user("eve");
      expect((await ask(token)).status).toBe(403);
      expect((await world.ask({ path: "/auth/users", token })).status).toBe(403);
      return "403: who there is, super users alone are told";
    },
  },
  {
    id: "X-06",
    name: "login_lockout",
    modes: ["enterprise"],
    run: async (world) => {
      const { accessKey, accessSecret } = await superuser(world.stack);
      const wrong = await Promise.all(Array.from({ length: 40 }, () => login(world, accessKey, "wrong")));
      expect(new Set(wrong.map(({ status }) => status))).toEqual(new Set([401, 429]));
      // From the same address, as all clients of one machine.
      expect((await login(world, accessKey, accessSecret)).status).toBe(200);
      expect(await audited(world, "login.refused")).not.toEqual([]);
      return "wrong tries are refused with 429, the right secret still passes, the trail has it";
    },
  },
  {
    id: "S-10",
    name: "agent_lockout",
    modes: ["enterprise"],
    run: async (world) => {
      const secret = String(await world.asAgent(`return process.env.AGENT_ACCESS_SECRET;`));
      await Promise.all(Array.from({ length: 120 }, () => agentToken(world, MALLORY, "wrong")));
      expect((await agentToken(world, MALLORY, secret)).status).toBe(200);
      return "120 wrong tries, and the agent still gets its token";
    },
  },
  {
    id: "S-10",
    name: "agent_secret_reuse",
    modes: ["enterprise"],
    run: async (world) => {
      const [service, first, second] = [
        await secretOfStack(world, "NASIKO_SERVICE_TOKEN"),
        await world.user("mallory"),
        await world.user("victim"),
      ];
      const path = "/auth/agents/handed-on";
      // As backend and worker do for an upload.
      const upload = async (owner: string): Promise<string> => {
        const own = `${path}/permissions?pending=true&owner_id=${owner}`;
        expect((await world.ask({ method: "POST", path: own, token: service })).status).toBe(200);
        const accept = `${path}/accept?owner_id=${owner}`;
        const told = await world.ask({ method: "POST", path: accept, token: service });
        expect(told.status, told.text).toBe(200);
        return String((JSON.parse(told.text) as { readonly access_secret: unknown }).access_secret);
      };
      const old = await upload(first.id);
      expect((await agentToken(world, "handed-on", old)).status).toBe(200);
      const gone = await world.ask({ method: "DELETE", path: `${path}/permissions`, token: first.token });
      expect(gone.status, gone.text).toBe(200);
      expect((await agentToken(world, "handed-on", old)).status).toBe(401);
      const fresh = await upload(second.id);
      expect((await agentToken(world, "handed-on", old)).status).toBe(401);
      expect((await agentToken(world, "handed-on", fresh)).status).toBe(200);
      await world.ask({ method: "DELETE", path: `${path}/permissions`, token: second.token });
      expect((await agentToken(world, "handed-on", fresh)).status).toBe(401);
      return "401 for the secret of an agent that is gone or has another owner";
    },
  },
  {
    id: "S-40",
    name: "agent_resurrected_by_its_token",
    modes: ["enterprise"],
    run: async (world) => {
      const known = String(await world.asAgent(`return process.env.AGENT_ACCESS_SECRET;`));
      expect((await agentToken(world, MALLORY, known)).status).toBe(200);
      for (const name of [
        "nobody-has-this-name",
        "Mallory",
        "mallory ",
        "mallory\u0000",
        "$where",
        "__proto__",
      ]) {
        const { status, text } = await agentToken(world, name, known);
        expect([400, 401, 422, 429], `${name}: ${text}`).toContain(status);
      }
      for (const name of [{ $gt: "" }, ["mallory"], 7, null]) {
        const json = { agent_name: name, access_secret: known };
        const told = await asked(() => world.ask({ path: "/auth/agents/token", json }));
        expect([400, 401, 422], told.text).toContain(told.status);
      }
      const entered = await world.ask({
        path: "/auth/agents/nobody-has-this-name/accept",
        json: {},
        token: "x",
      });
      expect(entered.status).toBe(401);
      const told = await world.ask({ path: AGENTS, token: await world.superUser() });
      expect(told.text).toContain(MALLORY);
      expect(told.text).not.toContain("nobody-has-this-name");
      return "401, and no agent is entered by asking for its token";
    },
  },
  {
    id: "S-16",
    name: "agent_takeover_of_stack_name",
    modes: ["enterprise"],
    run: async (world) => {
      const service = await secretOfStack(world, "NASIKO_SERVICE_TOKEN");
      const { id, token } = await world.user("mallory");
      const claim = `permissions?pending=true&owner_id=${id}`;
      // What the backend asks before it takes an upload, whatever runs at that moment.
      for (const agent of ["translator", MALLORY]) {
        const told = await world.ask({
          method: "POST",
          path: `/auth/agents/${agent}/${claim}`,
          token: service,
        });
        expect(told.status, told.text).toBe(409);
        const own = await world.ask({ method: "POST", path: `/auth/agents/${agent}/${claim}`, token });
        expect(own.status, own.text).toBe(403);
      }
      return "409: the names of the stack's agents are the program's";
    },
  },
  {
    id: "S-19",
    name: "self_signed_is_ca",
    modes: ["enterprise"],
    run: async (world) => {
      const certificate = await new Promise<X509Certificate | undefined>((resolve, reject) => {
        const socket = connect(
          { host: "127.0.0.1", port: TLS_PORT + world.stack.portOffset, rejectUnauthorized: false },
          () => {
            resolve(socket.getPeerX509Certificate());
            socket.end();
          },
        ).once("error", reject);
      });
      expect(certificate?.ca).toBe(false);
      const [from, until] = [certificate?.validFromDate, certificate?.validToDate];
      expect(Number(until) - Number(from)).toBeLessThanOrEqual(731 * 24 * 3600 * 1000);
      expect(certificate?.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
      return "a server's certificate for two years, no authority";
    },
  },
  {
    id: "S-21",
    name: "langtrace_key_without_login",
    modes: BOTH,
    run: async (world) => {
      expect((await world.ask({ at: "langtrace", path: "/login" })).status).toBe(200);
      const path = "/api/v1/agents?agent_name=translator";
      for (const headers of [{}, { cookie: "langtrace-session=9999999999999.x" }]) {
        const told = await world.ask({ at: "langtrace", path, headers });
        expect(told.status, told.text).toBe(401);
        expect(told.text).not.toContain("api_key");
      }
      const made = { path: "/api/v1/agents", json: { agent_name: "x" } };
      expect((await world.ask({ at: "langtrace", ...made })).status).toBeGreaterThanOrEqual(400);
      return "401: keys are the administrator's to give";
    },
  },
  {
    id: "S-08",
    name: "model_keys_in_agent_env",
    modes: BOTH,
    run: async (world) => {
      const names = await world.asAgent(`return Object.keys(process.env);`);
      expect(names).toContain("AGENT_NAME");
      const keys = (names as readonly string[]).filter((name) =>
        /API_KEY|SERVICE_TOKEN|MONGO|REDIS/.test(name),
      );
      expect(keys).toEqual([]);
      const worker = `nasiko-${world.stack.name}-nasiko-worker`;
      expect(await world.inside(worker, `return process.env.NASIKO_AGENT_KEYS_FOR ?? "";`)).toBe("");
      return "no key of the operator's reaches an agent that nobody named";
    },
  },
  {
    id: "S-36",
    name: "home_modes",
    modes: BOTH,
    run: async (world) => {
      const { home } = world.stack;
      for (const path of [home, join(home, "passphrase")]) {
        const { mode, uid } = statSync(path);
        expect([path, mode & 0o077, uid]).toEqual([path, 0, process.getuid?.()]);
      }
      return Promise.resolve("the state's folder and its passphrase are the owner's alone");
    },
  },
]);
