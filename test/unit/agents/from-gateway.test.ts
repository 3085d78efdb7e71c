import { readFileSync } from "node:fs";
import { join } from "node:path";
import express, { type RequestHandler } from "express";
import { describe, expect, test } from "vitest";
import { fromGateway } from "../../../agents/translator/src/from-gateway.ts";

const ROOT = join(import.meta.dirname, "../../..");

/** Status of the answer to a request with these headers. */
async function status(guard: RequestHandler, headers: Readonly<Record<string, string>>): Promise<number> {
  const app = express();
  app.use(guard);
  app.use((_request, response) => void response.json({}));
  const server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  try {
    return (await fetch(`http://127.0.0.1:${port}/`, { headers })).status;
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

describe("an agent with a secret", () => {
  test("answers who knows it, and nobody else", async () => {
    const guard = fromGateway("of this agent");
    expect(await status(guard, { "x-nasiko-gateway-secret": "of this agent" })).toBe(200);
    for (const headers of [
      {},
      { "x-nasiko-gateway-secret": "" },
      { "x-nasiko-gateway-secret": "of this agenT" },
      { "x-nasiko-gateway-secret": "of this agent, of this agent" },
      { x_nasiko_gateway_secret: "of this agent" },
      { authorization: "Bearer of this agent" },
    ])
      expect(await status(guard, headers), JSON.stringify(headers)).toBe(401);
  });

  test("answers everybody where nobody set one", async () => {
    expect(await status(fromGateway(undefined), {})).toBe(200);
    expect(await status(fromGateway(""), {})).toBe(200);
  });
});

test("all samples and the template in one language check it the same way", () => {
  const sources = (files: readonly string[]): ReadonlySet<string> =>
    new Set(files.map((file) => readFileSync(join(ROOT, file), "utf8")));
  const typescript = ["agents/translator", "agents/assistant", "agents/interpreter", "templates/typescript"];
  expect(sources(typescript.map((folder) => `${folder}/src/from-gateway.ts`)).size).toBe(1);
  const python = ["agents/calculator", "templates/python"];
  expect(sources(python.map((folder) => `${folder}/src/from_gateway.py`)).size).toBe(1);
});
