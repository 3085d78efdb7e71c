import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { fetchCard, sendMessage } from "./support/a2a.ts";
import { ask, askStreaming, cardOf, clientFor } from "./support/a2a-sdk.ts";
import { docker, ROOT, TestStack } from "./support/test-stack.ts";
import { reportingAgents, servicesAbove, traces } from "./support/traces.ts";

const KEY = "sk-e2e-not-a-real-key";
const PUBLIC_SHAPE = "test/fixtures/agents/Weather_Monitor";

/** Name of each agent, its card's name, a question, and what the answer holds. */
const AGENTS = [
  ["translator", "Translator", "translate good morning to french", /bonjour/i],
  ["calculator", "Calculator", "What is 17.5% of 80?", /^17\.5% \* 80 = 14$/],
  ["wordcount", "Word count", "one two three", /^13 characters, 3 words, 1 line$/],
  ["interpreter", "Interpreter", "thank you", /merci[\s\S]*danke[\s\S]*gracias/i],
] as const;

let stack: TestStack;
const environment: Record<string, string> = {
  NASIKO_SERVICES: "redis,kong-service-registry,agent-telemetry,otel-collector,phoenix",
  // A key of whoever runs the tests is none of theirs.
  OPENAI_API_KEY: "",
  WEATHER_UNITS: "imperial",
  // Its folder is none of those that are ours, so it gets what was named for it.
  NASIKO_AGENT_ENV: "weather-monitor=WEATHER_UNITS",
  HOME_SECRET: "not for agents",
  NASIKO_AGENT_SECRETS: JSON.stringify({ "weather-monitor": { OPENAI_API_KEY: KEY } }),
};

const urlOf = (agent: string): string => `${stack.gateway}/agents/agent-${agent}/`;

beforeAll(async () => {
  stack = await TestStack.create("e2e-samples");
  const folders = ["translator", "calculator", "wordcount", "interpreter", "assistant"].map(
    (name) => `${name}=agents/${name}`,
  );
  environment["NASIKO_AGENTS"] = [...folders, `Weather-Monitor=${PUBLIC_SHAPE}`].join(",");
  await stack.json(["local", "up", "--yes"], environment);
});

afterAll(async () => {
  await stack.remove();
});

describe("the sample agents, through the gateway,", () => {
  test.each(AGENTS)(
    "%s answers npm's A2A client: card, message, stream, error",
    async (agent, name, question, answer) => {
      const client = await clientFor(urlOf(agent));
      expect((await cardOf(client)).name).toBe(name);
      expect((await ask(client, question)).text).toMatch(answer);
      expect((await askStreaming(client, question)).join("")).toMatch(answer);
      await expect(client.getTask({ id: "no-such-task", tenant: "", historyLength: 0 })).rejects.toThrow(
        /task/i,
      );
    },
  );

  test("answer PyPI's A2A client: message, stream, error", async () => {
    const script = readFileSync(join(ROOT, "test/fixtures/a2a/client.py"), "utf8");
    const questions = AGENTS.flatMap(([agent, , question]) => [urlOf(agent), question]);
    const output = await runPython(["python", "-c", script, ...questions]);
    const answers = output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Readonly<Record<string, string>>);
    expect(answers).toEqual(
      AGENTS.map(([, , , answer]) => ({
        sent: expect.stringMatching(answer) as string,
        streamed: expect.stringMatching(answer) as string,
        error: "TaskNotFoundError",
      })),
    );
  });

  test("report their part of each trace, whatever they are written in", async () => {
    await expect
      .poll(() => reportingAgents(stack, environment), { timeout: 60_000, interval: 1000 })
      .toEqual(expect.arrayContaining(["calculator", "interpreter", "translator", "wordcount"]));
  });

  test("and who asks another agent is in one trace with it", async () => {
    const client = await clientFor(urlOf("interpreter"));
    await ask(client, "thank you");
    const isOne = async (): Promise<boolean> =>
      (await traces(stack, environment)).some(({ spans }) => {
        const asked = spans.find(({ service, name }) => service === "translator" && name === "POST");
        const above = servicesAbove(asked, spans);
        return above.includes("interpreter") && above.includes("kong");
      });
    await expect.poll(isOne, { timeout: 60_000, interval: 1000 }).toBe(true);
  });

  test("say that a key is missing as the state of a task, and run on", async () => {
    const client = await clientFor(urlOf("assistant"));
    expect(await ask(client, "Why is the sky blue?")).toEqual({
      state: "TASK_STATE_AUTH_REQUIRED",
      text: expect.stringContaining("nasiko agent secret set assistant OPENAI_API_KEY") as string,
    });
    const container = await docker.container(await containerOf("assistant"));
    expect(container).toMatchObject({ RestartCount: 0, State: { Running: true } });
  });
});

describe("an agent that was written for the public platform", () => {
  test("runs unchanged: upper case, quotes, networks, port mapping, its variables and no others", async () => {
    // Its card names the address it has by itself, so an A2A client would go there.
    expect((await fetchCard(stack.gateway, "weather-monitor")).name).toBe("Weather Monitor");
    expect(JSON.parse(await sendMessage(stack.gateway, "weather-monitor", "report"))).toEqual({
      OPENAI_API_KEY: KEY,
      WEATHER_UNITS: "imperial",
      // As Compose reads a list: quotes behind the equals sign are part of the value.
      MONGO_URL: '"mongodb://agents-mongo:27017"',
      HOME_SECRET: null,
    });
  });

  test("leaves no secret in state or plan", async () => {
    const state = readFileSync(join(stack.home, `.pulumi/stacks/nasiko/${stack.name}.json`), "utf8");
    expect(state).toContain("agent-weather-monitor-");
    expect(state).not.toContain(KEY);
    const preview = await stack.nasiko(["preview", "--json"], {
      ...environment,
      NASIKO_AGENT_SECRETS: JSON.stringify({ "weather-monitor": { OPENAI_API_KEY: `${KEY}-2` } }),
    });
    expect(preview.stdout).toContain("agent-weather-monitor-");
    expect(preview.stdout + preview.stderr).not.toContain(KEY);
  });

  test("is refused with every missing variable named, before anything changes", async () => {
    const before = await stack.containerIds();
    const refused = await stack.nasiko(["local", "up", "--json"], {
      ...environment,
      NASIKO_AGENT_SECRETS: "{}",
    });
    expect(refused.exitCode).toBe(11);
    expect(JSON.parse(refused.stdout)).toMatchObject({
      errors: [
        {
          code: "NSK-AGENT-VARIABLE-MISSING",
          message: `${PUBLIC_SHAPE}/docker-compose.yml:12: agent weather-monitor needs OPENAI_API_KEY, which has no value.`,
          suggestion: "./nasiko agent secret set weather-monitor OPENAI_API_KEY",
        },
      ],
    });
    expect(await stack.containerIds()).toEqual(before);
  });
});

async function containerOf(agent: string): Promise<string> {
  const containers = await docker.containers({
    labels: [`nasiko.stack=${stack.name}`, `nasiko.agent=${agent}`],
  });
  return containers[0]?.Names[0]?.slice(1) ?? "";
}

/** Runs a command in the image of the agent that has the SDK, on the network of this machine. */
async function runPython(command: readonly string[]): Promise<string> {
  const calculator = await docker.container(await containerOf("calculator"));
  const chunks: Buffer[] = [];
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk);
      done();
    },
  });
  await docker.call("run the A2A client", (library) =>
    library.run(calculator?.Config.Image ?? "", [...command], output, {
      Tty: true,
      HostConfig: { NetworkMode: "host", AutoRemove: true },
    }),
  );
  return Buffer.concat(chunks).toString();
}
