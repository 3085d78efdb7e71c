import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { acceptAgent } from "../../../../services/nasiko-worker/src/accept-agent.ts";
import { PermanentFailure } from "../../../../services/nasiko-worker/src/failure.ts";

const TOKEN = "0123456789abcdef";
const COMMAND = { agent_name: "weather", owner_id: "u 1&x" };

let server: Server;
let answer: { readonly status: number; readonly body: unknown };
let asked: readonly unknown[];
let authUrl: string;

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked = [...asked, [request.method, request.url, request.headers.authorization]];
    response.statusCode = answer.status;
    response.end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  authUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const accept = (): Promise<string | undefined> => acceptAgent({ authUrl, serviceToken: TOKEN }, COMMAND);

describe("an agent that the worker accepts", () => {
  test("gets the secret that the auth service has for it and its owner", async () => {
    answer = { status: 200, body: { access_secret: "s", gateway_in_step: true } };
    expect(await accept()).toBe("s");
    expect(asked).toEqual([["POST", "/auth/agents/weather/accept?owner_id=u+1%26x", `Bearer ${TOKEN}`]]);
  });

  test("has none where agents have none, and in mode simple", async () => {
    answer = { status: 200, body: { access_secret: null } };
    expect(await accept()).toBeUndefined();
    expect(await acceptAgent({ authUrl: undefined, serviceToken: TOKEN }, COMMAND)).toBeUndefined();
  });

  test("is refused for good when its name is somebody else's, and tried again otherwise", async () => {
    answer = { status: 409, body: { detail: "The agent belongs to the stack" } };
    await expect(accept()).rejects.toThrow(PermanentFailure);
    await expect(accept()).rejects.toThrow("agent weather cannot run: The agent belongs to the stack");
    answer = { status: 503, body: {} };
    await expect(accept()).rejects.not.toThrow(PermanentFailure);
  });
});
