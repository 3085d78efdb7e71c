import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ollamaModelInit } from "../../../../platform/services/ollama-model-init.ts";
import { ollama } from "../../../../platform/services/ollama.ts";
import { resolveSettings } from "../../../../platform/settings/resolve.ts";
import { BUILD_TIME, builtOffline, client, forever, prepared } from "../images/containers.ts";
import { Stack } from "../data/service-container.ts";
import { runJob, type Ended } from "./run-job.ts";

describe("the services ollama and ollama-model-init on the offline image", () => {
  const stack = new Stack();
  let image: string;

  beforeAll(async () => {
    await prepared("base-node");
    image = await builtOffline("ollama");
  }, BUILD_TIME);
  afterAll(() => stack.clean());

  const pull = (models: string): Promise<Ended> => {
    const env = [{ name: "the test", values: { NASIKO_OLLAMA_MODELS: models } }];
    const result = resolveSettings({ stack: "local", architecture: "x64", env, stackConfig: {} });
    if (!result.ok) throw new Error(result.problems[0]?.message);
    const spec = ollamaModelInit({ settings: result.resolved.settings, has: () => true });
    return runJob(spec, image, stack.label);
  };

  test("pull what the settings name, and keep it when the container is replaced", async () => {
    const first = await stack.start(ollama);
    const { exitCode, output } = await pull("llama3.2:1b, nomic-embed-text");
    expect(output).toContain("pulling llama3.2:1b");
    expect(exitCode).toBe(0);
    expect(await first.replace()).toBe(0);

    const second = await stack.start(ollama);
    const list = await client.exec(second.container.id, ["ollama", "list"], {
      timeout: 10_000,
      signal: forever,
    });
    expect(list.output).toMatch(/^NAME/);
    expect(list.output).toContain("llama3.2:1b ");
    expect(list.output).toContain("nomic-embed-text:latest ");
    await second.replace();
  });

  test("have nothing to pull without a setting, and need no server for that", async () => {
    const { exitCode, output } = await pull("");
    expect(output).toContain("nothing to pull");
    expect(exitCode).toBe(0);
  });

  test("fail when no server answers, and say so", async () => {
    const { exitCode, output } = await pull("llama3.2:1b");
    expect(output).toContain("could not connect");
    expect(exitCode).toBe(1);
  });

  test("take a name as a name, whatever a shell would make of it", async () => {
    const server = await stack.start(ollama);
    const { exitCode, output } = await pull("$(touch /tmp/x)");
    expect(output).toContain(`invalid model name "$(touch`);
    expect(exitCode).toBe(1);
    await server.replace();
  });
});
