import type { FastifyInstance } from "fastify";
import { type JsonLimits, jsonProblem } from "../../engine/formats/json-limits.ts";

/** Far more than any request says, and a few megabytes of memory. */
const LIMITS: JsonLimits = { values: 50_000, depth: 64 };

/** Has a service refuse JSON bodies that would become too much, before anything is made of them. */
export function boundJsonBodies(app: FastifyInstance, limits = LIMITS): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser<string>("application/json", { parseAs: "string" }, (request, body, done) => {
    const problem = jsonProblem(body, limits);
    if (problem === undefined) void parse(request, body, done);
    else done(Object.assign(new Error(`The body is too large: ${problem}`), { statusCode: 413 }));
  });
}
