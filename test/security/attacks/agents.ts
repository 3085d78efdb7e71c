import { expect } from "vitest";

import { BOTH, defineAttacks } from "../support/attack.ts";
import { bytesFor } from "../support/http.ts";
import { MALLORY } from "../support/mallory.ts";
import type { World } from "../support/world.ts";

/** What somebody sends who may use everything, and what must not reach an agent with it. */
const CARRIED: Readonly<Record<string, string>> = {
  cookie: "langtrace-session=1; n8n-auth=2",
  "proxy-authorization": "Basic c2VjcmV0",
};

/** Every spelling in which a framework of an agent could read an identity. */
const FORGED: readonly string[] = [
  "X-Consumer-Username",
  "x_consumer_username",
  "X-Consumer_ID",
  "X-Consumer-Custom-Id",
  "X-Consumer_Custom-ID",
  "X-Is-Super-User",
  "X-Is_Super-User",
  "X-Subject-Id",
  "x-subject_type",
  "X-Credential-Identifier",
  "X-Anonymous-Consumer",
  "X-Authenticated_Groups",
  ...["x-SUBJECT-id", "X_Subject_ID", "X_Consumer-Custom_ID", "x_is_super_user", "X-Consumer-Groups"],
  ...["X_Consumer_Groups", "X-Credential_Identifier", "X_Credential-Identifier", "X-Credential-Username"],
  ...["X-Authenticated-Userid", "x_authenticated_userid", "X-Authenticated-Scope", "X-Userinfo"],
  ...["X-Permissions", "X-Valid", "Remote-User", "Remote_User", "X-Remote-User", "X-Forwarded-User"],
  ...["X-Forwarded_User", "X-Forwarded-Email", "X-Forwarded-Groups", "X-Nasiko-Gateway-Secret"],
  ...["x_nasiko_gateway_secret", "X-Nasiko_Gateway-Secret"],
];

const message = {
  jsonrpc: "2.0",
  id: 1,
  method: "message/send",
  params: {
    message: { kind: "message", messageId: "1", role: "user", parts: [{ kind: "text", text: "x" }] },
  },
};

/** Raw headers that the attacker's agent got for a call. */
async function headersAtAgent(
  world: World,
  headers: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const token = await world.superUser();
  const told = await world.ask({ path: `/agents/agent-${MALLORY}/`, json: message, token, headers });
  expect(told.status, told.text).toBe(200);
  const answer = JSON.parse(told.text) as {
    readonly result: { readonly parts: readonly [{ readonly text: string }] };
  };
  return JSON.parse(answer.result.parts[0].text) as readonly string[];
}

/** What an agent's author gets from those who use it. */
export const AGENT_ATTACKS = defineAttacks([
  {
    id: "S-01",
    name: "token_leak_to_agent",
    modes: BOTH,
    run: async (world) => {
      const raw = await headersAtAgent(world, { ...CARRIED, "x-mine": "arrives" });
      const token = await world.superUser();
      expect(raw).toContain("arrives");
      const names = raw.filter((_text, index) => index % 2 === 0).map((name) => name.toLowerCase());
      expect(names).not.toContain("authorization");
      expect(names).not.toContain("cookie");
      expect(names).not.toContain("proxy-authorization");
      expect(raw.join("\n")).not.toContain(`Bearer ${token}`);
      return "the agent gets no Authorization, no Cookie";
    },
  },
  {
    id: "S-01",
    name: "token_leak_by_page_and_router",
    modes: BOTH,
    run: async (world) => {
      const token = await world.superUser();
      const agents = await world.ask({ path: "/router/agents", token });
      expect(agents.status, agents.text).toBe(200);
      await world.ask({ path: "/api/v1/registry/user/agents", token });
      const seen = await world.asAgent(`const seen = await (await fetch("http://127.0.0.1:5000/seen")).json();
        return { requests: seen.length, withToken: seen.filter((one) => /bearer/i.test(JSON.stringify(one))) };`);
      // The registry reads the card to admit the agent, so there is something to look at.
      expect(seen).not.toMatchObject({ requests: 0 });
      expect(seen).toMatchObject({ withToken: [] });
      return "whoever lists agents sends none of them a token";
    },
  },
  {
    id: "S-01",
    name: "identity_header_spellings",
    modes: BOTH,
    run: async (world) => {
      const forged = Object.fromEntries(FORGED.map((name) => [name, "forged-identity"]));
      const raw = await headersAtAgent(world, { ...forged, "x-mine": "arrives" });
      expect(raw).toContain("arrives");
      expect(raw).not.toContain("forged-identity");
      return `${FORGED.length} spellings of identity headers are taken off`;
    },
  },
  {
    id: "S-01",
    name: "identity_headers_by_other_ways",
    modes: BOTH,
    run: async (world) => {
      // Named in Connection, a header is one for the next server alone: a proxy takes it off.
      const own = ["X-Nasiko-Gateway-Secret", "X-Consumer-Username", "X-Consumer-ID", "x-mine"];
      const named = await headersAtAgent(world, {
        connection: `close, ${own.join(", ")}`,
        "x-mine": "arrives",
      });
      const names = named.filter((_text, index) => index % 2 === 0).map((name) => name.toLowerCase());
      expect(names).toContain("x-nasiko-gateway-secret");
      if (world.mode === "enterprise") expect(names).toContain("x-consumer-username");
      // As a trailer, behind the body, where nobody looks who looks at the head.
      const port = world.port("gateway");
      const body = JSON.stringify(message);
      const head = [
        `POST /agents/agent-${MALLORY}/ HTTP/1.1`,
        `Host: 127.0.0.1:${port}`,
        `Authorization: Bearer ${await world.superUser()}`,
        "Content-Type: application/json",
        "Transfer-Encoding: chunked",
        "Trailer: X-Consumer-Username",
        "Connection: close",
      ].join("\r\n");
      const trailer = "X-Consumer-Username: forged-identity\r\nX-Subject-ID: forged-identity\r\n";
      const answer = await bytesFor(
        port,
        `${head}\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n${trailer}\r\n`,
      );
      expect(answer).not.toContain("forged-identity");
      return "neither Connection nor a trailer changes what the agent is told of its caller";
    },
  },
  {
    id: "S-33",
    name: "agent_html_on_platform_origin",
    modes: BOTH,
    run: async (world) => {
      const page = await world.ask({ path: `/agents/agent-${MALLORY}/page`, token: await world.superUser() });
      expect(page.text, page.text).toContain("<script>");
      expect(page.headers).toMatchObject({ "x-content-type-options": "nosniff" });
      expect(page.headers["content-security-policy"]).toMatch(/\bsandbox\b/);
      for (const name of ["set-cookie", "service-worker-allowed", "clear-site-data"])
        expect(page.headers).not.toHaveProperty(name);
      return "sandboxed, nosniff; its cookies and its service worker's scope are dropped";
    },
  },
]);
