import { expect } from "vitest";

import { defineAttacks } from "../support/attack.ts";
import { asked, type Told } from "../support/http.ts";
import { HONEST, takesUploads } from "../support/uploading.ts";
import type { Question, World } from "../support/world.ts";

/** The agent of another organization. */
const VICTIM = `${HONEST}-enterprise`;

/** Identity as a service behind the gateway could believe it, with the id of whoever may do everything. */
const asRoot = (id: string): Readonly<Record<string, string>> => ({
  "x-subject-id": id,
  x_subject_id: id,
  "x-subject-type": "user",
  "x-is-super-user": "true",
  "x-is_super-user": "true",
  "x-consumer-username": `user:${id}`,
  "x-consumer-custom-id": id,
  "x-consumer-groups": "nasiko-super-user",
  x_consumer_groups: "nasiko-super-user",
  "x-authenticated-groups": "nasiko-super-user",
  "x-permissions": "*",
  "x-forwarded-user": "admin",
  "x-original-url": "/auth/users",
  "x-rewrite-url": "/auth/users",
  "x-http-method-override": "GET",
});

/** What a user asks for who has no part in the agent, the other users, or the platform. */
const escalations = (world: { readonly own: string; readonly root: string; readonly upload: string }) =>
  [
    ["GET", `/api/v1/upload-status/${world.upload}`],
    ["GET", `/api/v1/upload-status/agent/${VICTIM}/latest`],
    ["GET", `/api/v1/agents/${VICTIM}/versions`],
    ["POST", `/api/v1/agents/${VICTIM}/rollback`, { version: "1.0.0" }],
    ["GET", `/api/v1/registry/agent/name/${VICTIM}`],
    ["GET", `/api/v1/registry/agent/id/${VICTIM}`],
    ["DELETE", `/api/v1/registry/agent/${VICTIM}`],
    ["PUT", `/api/v1/registry/agent/${VICTIM}`, { owner_id: world.own, url: "http://kong-admin:8001/" }],
    ["POST", "/api/v1/registry", { id: VICTIM, name: VICTIM, url: "http://kong-admin:8001/" }],
    ["PUT", `/api/v1/upload-status/agent/${VICTIM}/latest`, { status: "failed" }],
    ["GET", `/agents/agent-${VICTIM}/.well-known/agent-card.json`],
    ["POST", `/agents/agent-${VICTIM}/`, {}],
    ["POST", "/router", { query: "x", agent: VICTIM }],
    ["GET", `/auth/agents/${VICTIM}/permissions`],
    ["POST", `/auth/agents/${VICTIM}/permissions?owner_id=${world.own}`, {}],
    ["DELETE", `/auth/agents/${VICTIM}/permissions`],
    ["DELETE", `/auth/agents/${VICTIM}/permissions?pending=true`],
    ["POST", `/auth/agents/${VICTIM}/accept?owner_id=${world.own}`, {}],
    ["POST", `/auth/agents/${VICTIM}/access/users`, { user_ids: [world.own] }],
    ["POST", `/auth/agents/${VICTIM}/access/agents`, { agent_ids: ["mallory"] }],
    ["POST", "/auth/agents/translator/access/users", { user_ids: [world.own] }],
    ["PUT", "/auth/stack/agents", { agent_names: [] }],
    ["GET", `/auth/agent-permissions/owner/${world.root}`],
    ["GET", "/auth/users"],
    ["GET", `/auth/users/${world.root}`],
    ["DELETE", `/auth/users/${world.root}`],
    ["POST", `/auth/users/${world.root}/regenerate-credentials`, {}],
    ["POST", `/auth/tokens/revoke-user/${world.root}`, {}],
    ["POST", "/auth/emergency/revoke-all", {}],
    ["POST", "/auth/users/register", { username: "second-root", email: "a@b.example", is_super_user: true }],
    ["GET", "/auth/audit"],
    ["POST", "/api/v1/search/index/user", {}],
    ["GET", "/n8n/"],
  ] as const;

/** The list of agents as somebody gets it. */
const listOf = async (world: World, question: Omit<Question, "path">): Promise<string> =>
  (await world.ask({ ...question, path: "/api/v1/registry/user/agents" })).text;

const idOf = (token: string): string => {
  // A token's subject is a text by contract.
  const { sub } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as {
    readonly sub: string;
  };
  return sub.replace(/^user:/, "");
};

/** What a user of one organization does to another, and what is left of somebody who left. */
export const TENANT_ATTACKS = defineAttacks([
  {
    id: "S-07",
    name: "grant_escalation",
    modes: ["enterprise"],
    run: async (world) => {
      const { id: upload = "" } = await takesUploads(world);
      const rootToken = await world.superUser();
      const root = idOf(rootToken);
      const owner = await world.user("uploader");
      const eve = await world.user("eve");
      // Whose it is, may.
      const own = await world.ask({ path: `/api/v1/agents/${VICTIM}/versions`, token: owner.token });
      expect(own.status, own.text).toBe(200);
      const asks = escalations({ own: eve.id, root, upload });
      for (const [method, path, json] of asks)
        for (const headers of [{}, asRoot(root)]) {
          const body = json === undefined ? {} : { json };
          const told = await asked(() => world.ask({ method, path, token: eve.token, headers, ...body }));
          if (path === "/router") {
            expect(told.text).not.toContain("Says honest");
            continue;
          }
          expect([400, 401, 403, 404, 409], `${method} ${path}: ${told.text}`).toContain(told.status);
          expect(told.text).not.toContain("Says honest");
        }
      // Of people she finds those of her own organization.
      const found = await world.ask({ path: "/auth/system/users-for-search", token: eve.token });
      expect(found.text).toContain(eve.id);
      expect(found.text).not.toContain(owner.id);
      expect(await listOf(world, { token: owner.token })).toContain(VICTIM);
      expect((await world.ask({ path: "/auth/users", token: rootToken })).status).toBe(200);
      return `${asks.length} questions, with and without forged identity: 401, 403 or 404`;
    },
  },
  {
    id: "S-07",
    name: "grant_by_path_confusion",
    modes: ["enterprise"],
    run: async (world) => {
      await takesUploads(world);
      const { token } = await world.user("uploader");
      const own = `/agents/agent-${VICTIM}`;
      const ask = (path: string): Promise<Told> => world.ask({ path, token });
      expect((await ask(`${own}/.well-known/agent-card.json`)).text).toContain("Says honest");
      const card = "agent-translator/.well-known/agent-card.json";
      const paths = [
        `${own}/../${card}`,
        `${own}/..%2f${card}`,
        `${own}/%2e%2e/${card}`,
        `${own}/..;/${card}`,
        `${own}/..%5c${card}`,
        `${own}%2f..%2f${card}`,
        `${own}//../${card}`,
        `${own}/.%2e/${card}`,
        `/agents/${card}#/agent-${VICTIM}`,
        `/agents/${card}?x=/agent-${VICTIM}/`,
        `/agents//${card}`,
        `/agents/./${card}`,
        `/Agents/${card}`,
        `/agents/agent%2dtranslator/.well-known/agent-card.json`,
        `http://127.0.0.1${own}/../${card}`,
      ];
      for (const path of paths) expect((await ask(path)).text, path).not.toMatch(/translat/i);
      return `${paths.length} ways from one's own agent to another: judged as what they lead to`;
    },
  },
  {
    id: "S-10",
    name: "tokens_of_other_generations",
    modes: ["enterprise"],
    run: async (world) => {
      const root = await world.superUser();
      const statuses = async (token: string): Promise<readonly number[]> => {
        const paths = ["/api/v1/registry/user/agents", "/auth/user"];
        return Promise.all(paths.map(async (path) => (await world.ask({ path, token })).status));
      };
      for (const [name, method, path] of [
        ["regenerated", "POST", "/auth/users/:id/regenerate-credentials"],
        ["revoked", "POST", "/auth/tokens/revoke-user/:id"],
        ["deleted", "DELETE", "/auth/users/:id"],
      ] as const) {
        const { id, token } = await world.user(name);
        expect(await statuses(token), name).toEqual([200, 200]);
        const json = method === "POST" ? { json: {} } : {};
        const told = await world.ask({ method, path: path.replace(":id", id), token: root, ...json });
        expect(told.status, told.text).toBeLessThan(300);
        // The gateway and the services' memory of tokens follow within half a minute.
        await expect.poll(() => statuses(token), { timeout: 60_000, interval: 1000 }).toEqual([401, 401]);
      }
      return "401 for the token of whoever was revoked, deleted, or got other credentials";
    },
  },
]);
