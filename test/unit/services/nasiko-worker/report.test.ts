import type { Redis } from "ioredis";
import { afterEach, expect, test } from "vitest";
import type { Command } from "../../../../services/nasiko-worker/src/command.ts";
import { createReporter } from "../../../../services/nasiko-worker/src/report.ts";
import {
  answer,
  fakeServer,
  readBody,
  type FakeServer,
} from "../../../integration/services/support/fake-server.ts";

let backend: FakeServer | undefined;
afterEach(() => backend?.stop());

/** Redis that takes everything. */
const redis = (): Redis => {
  const chain = { hset: () => chain, expire: () => chain, exec: () => Promise.resolve([]) };
  // The reporter calls nothing else.
  return { multi: () => chain } as unknown as Redis;
};

const commandTo = (base_url: string): Command => ({
  ...{ command: "deploy_agent", agent_name: "a", agent_path: "/agents/a/v1.0.0" },
  ...{ owner_id: "me", upload_id: "upload", base_url },
});

test("a report whose connection breaks is sent once more", async () => {
  const told: string[] = [];
  let broken = 0;
  backend = await fakeServer((request, response) => {
    void readBody(request).then((text) => {
      if (broken === 0) {
        broken++;
        request.socket.destroy();
        return;
      }
      told.push(text);
      answer(response, 200, {});
    });
  });
  const reporter = createReporter(redis(), "token", () => undefined);
  await reporter.progress(commandTo(backend.url), { stage: "building" });
  expect(broken).toBe(1);
  expect(told).toHaveLength(1);
  expect(told[0]).toContain('"status":"building"');
});

test("a backend that refuses is asked once, and the work goes on", async () => {
  let asked = 0;
  backend = await fakeServer((_request, response) => {
    asked++;
    answer(response, 503, { detail: "down" });
  });
  const said: string[] = [];
  const reporter = createReporter(redis(), "token", (_level, message) => said.push(message));
  await reporter.progress(commandTo(backend.url), { stage: "building" });
  expect(asked).toBe(1);
  expect(said).toContain("the report did not reach the backend");
});
