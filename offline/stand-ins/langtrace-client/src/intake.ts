import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { decodeTraceRequest } from "./otlp/messages.ts";
import { spansOf, type Span } from "./otlp/spans.ts";
import { Problem } from "../../../../services/lib/problem.ts";
import type { Projects } from "./store/projects.ts";
import type { Traces } from "./store/traces.ts";

const PROTOBUF = "application/x-protobuf";

/** Largest export, unpacked, in bytes. */
const LARGEST = 32 * 1024 * 1024;

/**
 * OTLP over HTTP, JSON or protobuf, packed with gzip or not. With an API key the spans go to its project; without one,
 * as from a collector that speaks for everybody, to the project named like their service.
 */
export function registerIntake(app: FastifyInstance, projects: Projects, traces: Traces): void {
  const take = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const spans = await readSpans(request);
    const project = await projectOf(request, projects);
    const byProject = Map.groupBy(spans, ({ service }) => project ?? service);
    for (const [name, group] of byProject) {
      if (project === undefined) await projects.ensure(name);
      await traces.add(name, group);
    }
    // An empty message of the same encoding: everything was taken.
    if (isProtobuf(request)) return reply.type(PROTOBUF).send(Buffer.alloc(0));
    return reply.send({});
  };
  app.post("/api/trace", take);
  app.post("/v1/traces", take);
}

async function projectOf(request: FastifyRequest, projects: Projects): Promise<string | undefined> {
  const key = request.headers["x-api-key"];
  if (key === undefined) return undefined;
  const project = await projects.byKey(String(key));
  if (project === undefined) throw new Problem(401, "no project has this API key");
  return project.name;
}

async function readSpans(request: FastifyRequest): Promise<readonly Span[]> {
  const bytes = await unpacked(request);
  try {
    return isProtobuf(request)
      ? spansOf(decodeTraceRequest(bytes), "base64")
      : spansOf(JSON.parse(bytes.toString("utf8")), "hex");
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new Problem(400, `no OTLP trace export: ${cause}`, { cause: error });
  }
}

async function unpacked({ headers, body }: FastifyRequest): Promise<Buffer> {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding === "identity") return bytes;
  if (encoding !== "gzip") throw new Problem(415, `content encoding ${encoding} is not understood`);
  return promisify(gunzip)(bytes, { maxOutputLength: LARGEST }).catch((error: unknown) => {
    throw new Problem(400, "the body is no gzip, or too large", { cause: error });
  });
}

const isProtobuf = ({ headers }: FastifyRequest): boolean =>
  /^application\/(?:x-)?protobuf\b/.test(headers["content-type"] ?? "");
