import { join } from "node:path";

import { callTinyAgent, removeAgentImages, writeTinyAgent } from "../../e2e/support/tiny-agent.ts";
import { TestStack } from "../../e2e/support/test-stack.ts";
import { inTurn } from "../measure.ts";
import type { Figure, Suite } from "../suite.ts";

const SERVICES = "kong-service-registry,otel-collector,phoenix";
const ROUNDS = 7;
const CALLS = 2000;
const AT_ONCE = 8;
/** A twentieth fewer requests per second at most. */
const MOST = 1 / 0.95;

/** Two stacks that differ in whether anybody is told of requests, called in turn. */
async function* measure(): AsyncGenerator<Figure> {
  const stacks: TestStack[] = [];
  try {
    const [plain, traced] = [await bringUp(stacks, false), await bringUp(stacks, true)];
    await Promise.all([calls(plain), calls(traced)]);
    const [without, with_] = await inTurn(ROUNDS, [() => calls(plain), () => calls(traced)]);
    yield { what: `${CALLS} calls of an agent, without traces`, value: without / 1000, unit: "s" };
    yield { what: "with traces", value: with_ / 1000, unit: "s" };
    yield { what: "with traces, over without", value: with_ / without, unit: "×", atMost: MOST };
    for (const service of ["otel-collector", "phoenix"])
      yield { what: `memory of ${service}`, value: await memoryOf(traced, service), unit: "MB" };
  } finally {
    for (const stack of stacks) await stack.discard();
    await removeAgentImages("tiny");
  }
}

async function bringUp(stacks: TestStack[], tracing: boolean): Promise<TestStack> {
  const stack = await TestStack.create(`bench-${tracing ? "traced" : "plain"}`);
  stacks.push(stack);
  const folder = join(stack.work, "tiny");
  writeTinyAgent(folder, "1");
  await stack.json(["local", "up", "--yes"], {
    NASIKO_SERVICES: SERVICES,
    NASIKO_AGENTS: `tiny=${stack.agentFolder("tiny")}`,
    TRACING_ENABLED: String(tracing),
  });
  return stack;
}

async function calls({ gateway }: TestStack): Promise<void> {
  let left = CALLS;
  const caller = async (): Promise<void> => {
    while (left-- > 0) {
      const answer = await callTinyAgent(`${gateway}/agents/agent-tiny/`);
      if (answer !== "1") throw new Error(answer);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, caller));
}

interface Stats {
  readonly services: readonly { readonly member: string; readonly memoryBytes: number }[];
}

async function memoryOf(stack: TestStack, service: string): Promise<number> {
  const { services } = await stack.json<Stats>(["local", "stats", service]);
  return (services[0]?.memoryBytes ?? 0) / 1024 / 1024;
}

export default {
  summary: "requests through the gateway to an agent, with and without traces",
  measure,
} satisfies Suite;
