import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startService, type ServiceProcess } from "../../services/support/service-process.ts";
import { ask, linesOf, listWith, textLike, textWith, type Answered } from "./ask.ts";

const MAIN = new URL("../../../../offline/stand-ins/ollama/src/main.ts", import.meta.url).pathname;

describe("the Ollama stand-in's API", () => {
  const home = mkdtempSync(join(tmpdir(), "nasiko-ollama-"));
  let server: ServiceProcess;
  const start = (): Promise<ServiceProcess> => startService(MAIN, { HOME: home, OLLAMA_HOST: "127.0.0.1:0" });
  const post = (path: string, json: unknown): Promise<Answered> => ask(`${server.url}${path}`, { json });

  beforeAll(async () => {
    server = await start();
    await post("/api/pull", { model: "llama3.2", stream: false });
  });
  afterAll(async () => {
    expect(await server.stop()).toBe(0);
    rmSync(home, { recursive: true });
  });

  test("answers as a running Ollama, and says that it is none", async () => {
    expect((await ask(`${server.url}/`)).text).toBe("Ollama is running");
    expect((await ask(`${server.url}/api/version`)).json).toMatchObject({ standin: true });
  });

  test("tells the steps of a pull, and lists the model then, also after a restart", async () => {
    const { text } = await post("/api/pull", { name: "nomic-embed-text:v1.5" });
    expect(linesOf(text).at(0)).toEqual({ status: "pulling manifest" });
    expect(linesOf(text).at(-1)).toEqual({ status: "success" });
    const listed = {
      models: listWith({ name: "nomic-embed-text:v1.5" }),
    };
    expect((await ask(`${server.url}/api/tags`)).json).toMatchObject(listed);
    await server.stop();
    server = await start();
    expect((await ask(`${server.url}/api/tags`)).json).toMatchObject(listed);
  });

  test("forgets a model once, and does not know it afterwards", async () => {
    await post("/api/pull", { model: "acme/bot" });
    const remove = (): Promise<Answered> =>
      ask(`${server.url}/api/delete`, { method: "DELETE", json: { model: "acme/bot" } });
    expect((await remove()).status).toBe(200);
    expect((await remove()).status).toBe(404);
    expect((await post("/api/show", { model: "acme/bot" })).status).toBe(404);
  });

  test("streams the same text that it gives at once", async () => {
    const asked = { model: "llama3.2", prompt: "Why is the sky blue?" };
    const { json: whole } = await post("/api/generate", { ...asked, stream: false });
    const pieces = linesOf((await post("/api/generate", asked)).text) as readonly { response: string }[];
    expect(pieces.at(-1)).toMatchObject({ done: true, done_reason: "stop" });
    expect(whole).toMatchObject({ response: pieces.map(({ response }) => response).join("") });
    expect(whole).toMatchObject({ response: textWith("no language model") });
  });

  test("chats about the last thing that the user said", async () => {
    const messages = [
      { role: "user", content: "first" },
      { role: "assistant", content: "yes?" },
      { role: "user", content: "second" },
    ];
    const { json } = await post("/api/chat", { model: "llama3.2:latest", messages, stream: false });
    expect(json).toMatchObject({
      done: true,
      message: { role: "assistant", content: textWith("“second”") },
    });
  });

  test("gives vectors that rank texts by what they share, the same by each of its routes", async () => {
    const input = ["translate to French", "translation into French", "weather in Paris"];
    const { json } = await post("/api/embed", { model: "llama3.2", input });
    const [question = [], translator = [], weather = []] = (json as { embeddings: number[][] }).embeddings;
    const dot = (other: readonly number[]): number =>
      question.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
    expect(dot(translator)).toBeGreaterThan(dot(weather));
    const old = await post("/api/embeddings", { model: "llama3.2", prompt: input[0] });
    expect(old.json).toEqual({ embedding: question });
    const openAi = await post("/v1/embeddings", { model: "llama3.2", input: input[0] });
    expect(openAi.json).toMatchObject({ data: [{ index: 0, embedding: question }] });
  });

  test("speaks OpenAI's dialect, at once and as events", async () => {
    const asked = {
      model: "llama3.2",
      messages: [{ role: "user", content: [{ type: "text", text: "hello" }] }],
    };
    const { json } = await post("/v1/chat/completions", asked);
    expect(json).toMatchObject({
      object: "chat.completion",
      choices: [{ finish_reason: "stop", message: { content: textWith("“hello”") } }],
    });
    const { text } = await post("/v1/chat/completions", { ...asked, stream: true });
    expect(text).toMatch(/^data: \{.*\}\n\n/);
    expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
    const { json: models } = await ask(`${server.url}/v1/models`);
    expect(models).toMatchObject({
      data: listWith({ id: "llama3.2:latest" }),
    });
  });

  test.each([
    [
      "a model that was not pulled",
      "/api/generate",
      { model: "other", prompt: "x" },
      404,
      /'other' not found/,
    ],
    ["a name that is none", "/api/pull", { model: "../x" }, 400, /invalid model name/],
    ["no name", "/api/pull", {}, 400, /model is required/],
    [
      "a JSON schema",
      "/api/chat",
      { model: "llama3.2", messages: [{ role: "user" }], format: {} },
      400,
      /schema/,
    ],
    ["a field of the wrong type", "/api/generate", { model: "llama3.2", prompt: 1 }, 400, /prompt/],
  ])("refuses %s", async (_what, path, body, status, reason) => {
    const answer = await post(path, body);
    expect(answer.status).toBe(status);
    expect(answer.json).toEqual({ error: textLike(reason) });
  });

  test("takes JSON under the content type that curl gives it", async () => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const body = JSON.stringify({ model: "llama3.2", prompt: "", stream: false });
    expect((await ask(`${server.url}/api/generate`, { headers, body })).json).toMatchObject({
      done_reason: "load",
    });
    expect((await ask(`${server.url}/api/generate`, { headers, body: "{" })).status).toBe(400);
  });
});
