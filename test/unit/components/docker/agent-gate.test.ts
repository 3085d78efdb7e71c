import { afterEach, expect, type MockInstance, test, vi } from "vitest";

import { type AgentGate, untilServed } from "../../../../components/docker/agent-gate.ts";

const gate: AgentGate = {
  agent: "agent-translator",
  hash: "new",
  container: "nasiko-local-agent-translator-new",
  token: "registry-token-of-the-stack",
  statusUrl: "http://127.0.0.1:8080/agents/translator",
  withinSeconds: 1,
};

const candidate = (state: string, reason: string): object => ({
  served: { hash: "old" },
  candidates: [{ hash: "new", state, reason }],
});

afterEach(() => vi.restoreAllMocks());

/** The registry gives these answers, one after the other, and the last one from then on. */
function answer(...answers: readonly (() => Response)[]): MockInstance<typeof fetch> {
  let asked = 0;
  return vi.spyOn(globalThis, "fetch").mockImplementation(() => {
    const next = answers[Math.min(asked++, answers.length - 1)];
    return next === undefined ? Promise.reject(new Error("nobody listens")) : Promise.resolve(next());
  });
}

const refusal = (): Promise<unknown> =>
  untilServed(gate).then(
    () => undefined,
    (error: unknown) => error,
  );

test("the gate opens when the registry serves this version, not before", async () => {
  const asked = answer(
    () => new Response("", { status: 404 }),
    () => Response.json(candidate("waiting", "connection refused")),
    () => Response.json({ served: { hash: "new" } }),
  );
  await untilServed(gate);
  expect(asked).toHaveBeenCalledTimes(3);
});

test.each([-1, 1])("the clock on the wall may be set meanwhile, by %i year", async (years) => {
  const now = Date.now();
  answer(
    () => {
      vi.spyOn(Date, "now").mockReturnValue(now + years * 365 * 86_400_000);
      return Response.json({ served: null });
    },
    () => Response.json({ served: { hash: "new" } }),
  );
  await expect(untilServed(gate)).resolves.toBeUndefined();
});

test("another version served is not this one served", async () => {
  answer(() => Response.json(candidate("waiting", "its card cannot be fetched")));
  expect(await refusal()).toMatchObject({
    code: "NSK-AGENT-NOT-SERVED",
    detail: expect.stringContaining("waiting: its card cannot be fetched") as string,
  });
});

test("an agent whose program ended is not waited for", async () => {
  const asked = answer(() => Response.json(candidate("stopped", "Restarting (7) 1 second ago")));
  expect(await refusal()).toMatchObject({ code: "NSK-AGENT-NOT-SERVED", exitCode: 22 });
  expect(asked).toHaveBeenCalledTimes(1);
});

test("a registry that does not answer is named", async () => {
  answer();
  expect(await refusal()).toMatchObject({
    detail: expect.stringContaining("no answer from http://127.0.0.1:8080") as string,
  });
});

const served = (hash: string, ...others: readonly object[]): Response =>
  Response.json({ served: { hash }, candidates: [{ hash, state: "admitted" }, ...others] });
const OLD = { hash: "old", state: "admitted" };

test("while an earlier version is there, a version has to last; alone it need not", async () => {
  const alone = answer(() => served("new", { ...OLD, state: "stopped" }));
  await untilServed(gate);
  expect(alone).toHaveBeenCalledTimes(1);
  vi.restoreAllMocks();
  const both = answer(() => served("new", OLD));
  await untilServed(gate);
  expect(both.mock.calls.length).toBeGreaterThan(1);
});

test("a version that does not last is refused at once, whatever became of it", async () => {
  answer(
    () => served("new", OLD),
    () => Response.json(candidate("lost", "its card cannot be fetched")),
  );
  expect(await refusal()).toMatchObject({
    code: "NSK-AGENT-NOT-SERVED",
    detail: expect.stringMatching(/did not stay so.*its card cannot be fetched/) as string,
  });
});

test("a registry or gateway that is away for a moment is no verdict on a version", async () => {
  answer(
    () => served("new", OLD),
    () => new Response("no JSON"),
    () => Response.json({ served: null, candidates: [{ hash: "new", state: "admitted" }] }),
    () => served("new"),
  );
  await expect(untilServed(gate)).resolves.toBeUndefined();
});

test("where only one version can be, the gateway's own answer counts", async () => {
  const asked = answer(
    () => new Response("", { status: 503 }),
    () => new Response("", { status: 401 }),
  );
  const cardUrl = "http://127.0.0.1:9100/agents/agent-translator/.well-known/agent-card.json";
  await untilServed({ ...gate, cardUrl });
  expect(asked).toHaveBeenCalledTimes(2);
  expect(asked).toHaveBeenLastCalledWith(cardUrl, expect.anything());
});
