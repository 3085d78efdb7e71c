import fastify, { type FastifyInstance } from "fastify";
import { beforeAll, describe, expect, test } from "vitest";
import { refuseForms } from "../../../../services/lib/no-forms.ts";

let app: FastifyInstance;
beforeAll(() => {
  app = fastify();
  refuseForms(app);
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
  app.all("/sync", () => ({ done: true }));
});

const status = async (
  headers: Readonly<Record<string, string>>,
  method: "GET" | "POST" | "PUT" | "DELETE" | "PATCH" = "POST",
): Promise<number> =>
  (await app.inject({ method, url: "/sync", headers, ...(method === "GET" ? {} : { payload: "{}" }) }))
    .statusCode;

describe("a request that changes something", () => {
  test.each([
    { "content-type": "application/x-www-form-urlencoded" },
    { "content-type": "multipart/form-data; boundary=x" },
    { "content-type": "text/plain" },
    { "content-type": "text/plain; application/json" },
    { "content-type": "text/application/json" },
    { authorization: "Basic YTpi" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "none" },
    { cookie: "session=1", origin: "http://evil.example" },
  ])("is refused while a form could send it: %o", async (headers) => {
    const plain = { "content-type": "text/plain", ...headers };
    for (const method of ["POST", "PUT", "PATCH", "DELETE"] as const)
      expect(await status(plain, method)).toBe(403);
    expect(await status(plain, "GET")).toBe(200);
  });

  test.each([
    { "content-type": "application/json" },
    { "content-type": "application/json; charset=utf-8" },
    { "content-type": "application/vnd.api+json" },
    { authorization: "Bearer x", "content-type": "multipart/form-data; boundary=x" },
    { "x-requested-with": "curl", "content-type": "text/plain" },
    { "sec-fetch-site": "same-origin", "content-type": "text/plain" },
  ])("passes with a header that no form can send: %o", async (headers) => {
    expect(await status(headers)).toBe(200);
  });
});
