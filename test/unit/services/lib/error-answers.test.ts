import fastify, { type FastifyInstance } from "fastify";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { answerErrors, type ErrorAnswers } from "../../../../services/lib/error-answers.ts";
import { invalidInput } from "../../../../services/lib/invalid-input.ts";
import { Problem } from "../../../../services/lib/problem.ts";

const failure = { status: 503, sentence: "The data is not available" };

function serverThat(fails: () => unknown, more: Partial<ErrorAnswers> = {}): FastifyInstance {
  const app = fastify();
  answerErrors(app, { field: "detail", notFound: "Not Found", failure, asProblem: invalidInput, ...more });
  app.get("/", () => fails());
  app.post("/", () => "read");
  return app;
}

describe("errors of a service", () => {
  test("that are problems are answered as they say", async () => {
    const seen: unknown[] = [];
    const problem = new Problem(429, "Too often", { more: { limit: 3 }, headers: { "retry-after": "9" } });
    const app = serverThat(
      () => {
        throw problem;
      },
      { onProblem: (told, { url }) => seen.push([told, url]) },
    );
    const answer = await app.inject("/");
    expect(answer.statusCode).toBe(429);
    expect(answer.json()).toEqual({ detail: "Too often", limit: 3 });
    expect(answer.headers).toMatchObject({ "retry-after": "9" });
    expect(seen).toEqual([[problem, "/"]]);
  });

  test("for want of a token say which kind is wanted", async () => {
    const answer = await serverThat(() => {
      throw new Problem(401, "Not authenticated");
    }).inject("/");
    expect([answer.statusCode, answer.headers["www-authenticate"]]).toEqual([401, "Bearer"]);
  });

  test("of a schema name every field", async () => {
    const schema = z.object({ a: z.string(), b: z.object({ c: z.number() }) });
    const answer = await serverThat(() => schema.parse({ b: {} })).inject("/");
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toEqual({ detail: expect.stringMatching(/^a: .+; b\.c: .+/) as string });
  });

  test("of the framework keep their status", async () => {
    const app = serverThat(() => "");
    const request = { method: "POST", url: "/", headers: { "content-type": "application/json" } } as const;
    const answer = await app.inject({ ...request, payload: "{" });
    expect(answer.statusCode).toBe(400);
    expect(Object.keys(answer.json())).toEqual(["detail"]);
  });

  test("that are failures are told to the log alone", async () => {
    const logged: unknown[] = [];
    const app = serverThat(
      () => {
        throw new Error("mongodb://user:password@host does not answer");
      },
      { field: "message", log: (...line) => logged.push(line) },
    );
    const answer = await app.inject("/?token=secret");
    expect([answer.statusCode, answer.json()]).toEqual([503, { message: failure.sentence }]);
    const error = "mongodb://user:password@host does not answer";
    expect(logged).toEqual([["error", "request failed", { path: "/", error }]]);
  });

  test("of paths that there are not are in the same form", async () => {
    const answer = await serverThat(() => "").inject("/nowhere");
    expect([answer.statusCode, answer.json()]).toEqual([404, { detail: "Not Found" }]);
  });
});
