import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, describe, expect, test } from "vitest";

import {
  askServedAgents,
  servedHash,
  type ServedAgents,
} from "../../../../../cli/stack/observe/served-agents.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

async function ask(listener: RequestListener, patience = 60_000): Promise<ServedAgents> {
  const listening = createServer(listener);
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  // A server that listens on a port has an address of this kind.
  const { port } = listening.address() as AddressInfo;
  return askServedAgents(`http://127.0.0.1:${port}/agents`, patience);
}

const answering = (body: unknown, status = 200): Promise<ServedAgents> =>
  ask((_, response) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  });

describe("what the service registry serves", () => {
  test("is the hash of each agent, and nothing for one that is not served", async () => {
    const served = await answering({
      agents: [
        { agent: "translator", served: { hash: "1f2e", container: "x" }, candidates: [] },
        { agent: "calculator", served: null },
      ],
      more: true,
    });
    expect(served).toEqual({
      known: true,
      hashes: new Map([
        ["translator", "1f2e"],
        ["calculator", null],
      ]),
    });
    expect(servedHash(served, "translator")).toBe("1f2e");
    expect(servedHash(served, "calculator")).toBeUndefined();
    expect(servedHash(served, "other")).toBeUndefined();
  });

  test.each([
    "no json",
    "null",
    [],
    {},
    { agents: {} },
    { agents: [null] },
    { agents: [{ agent: 1, served: null }] },
    { agents: [{ agent: "a" }] },
    { agents: [{ agent: "a", served: { version: "1f2e" } }] },
  ])("is not taken from %j, and that is told apart from silence", async (body) => {
    expect(await answering(body)).toEqual({
      known: false,
      problem: "the service registry answers in a form that this version of nasiko does not know",
    });
  });

  test("is not known when the registry fails, is cut off, or does not answer in time", async () => {
    expect(await answering({ agents: [] }, 503)).toEqual({
      known: false,
      problem: "the service registry answers with status 503",
    });
    const silent = { known: false, problem: "the service registry does not answer" };
    expect(await ask((request) => request.socket.destroy())).toEqual(silent);
    expect(await ask(() => undefined, 50)).toEqual(silent);
    const endless = await ask((_, response) => {
      const part = " ".repeat(1_000_000);
      const more = (): void => {
        while (!response.destroyed && response.write(part));
      };
      response.on("drain", more);
      more();
    });
    expect(endless).toEqual(silent);
  });
});
