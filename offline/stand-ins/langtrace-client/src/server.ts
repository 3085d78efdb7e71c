import fastify, { LogController, type FastifyInstance, type FastifyRequest } from "fastify";
import { z } from "zod";
import { answerErrors } from "../../../../services/lib/error-answers.ts";
import { refuseUnknownHosts } from "../../../../services/lib/known-hosts.ts";
import { registerIntake } from "./intake.ts";
import { loginPage, tracesPage } from "./page.ts";
import { Problem } from "../../../../services/lib/problem.ts";
import type { Sessions } from "./session.ts";
import type { Projects } from "./store/projects.ts";
import type { Traces } from "./store/traces.ts";

export interface ServerOptions {
  readonly projects: Projects;
  readonly traces: Traces;
  readonly sessions: Sessions;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Names that it goes by besides those of the loopback interface. */
  readonly allowedHosts: readonly string[];
}

/** Largest body, in bytes. */
const BODY_LIMIT = 16 * 1024 * 1024;

const AgentName = z.string().trim().min(1).max(200);
const AgentQuery = z.object({ agent_name: AgentName });
const TracesQuery = z.object({
  project: z.string().optional(),
  trace_id: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(20),
});

/** Langtrace's HTTP interface, as far as the platform uses it. */
export function createServer(options: ServerOptions): FastifyInstance {
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: true,
    logger: { messageKey: "message" },
    logController: new LogController({ disableRequestLogging: true }),
  });
  const { projects, traces, sessions, now } = options;
  refuseUnknownHosts(app, options.allowedHosts);
  // The intake unpacks and decodes; here a body is only bytes.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  answerErrors(app, {
    field: "error",
    failure: { status: 500, sentence: "internal error" },
    onProblem: ({ status, message, cause }, request) => {
      if (status >= 500) request.log.warn({ err: cause }, message);
    },
  });

  const isAdmin = ({ headers }: FastifyRequest): boolean => sessions.isOpen(headers.cookie, now());

  registerIntake(app, projects, traces);
  registerPages(app, options, isAdmin);

  app.get("/api/auth/providers", ({ hostname }) => ({
    credentials: {
      id: "credentials",
      name: "Credentials",
      type: "credentials",
      signinUrl: `http://${hostname}/login`,
    },
  }));

  /** @throws Problem 401 unless the administrator asks: a key reads and writes its project's traces */
  const ensureAgent = async (
    request: FastifyRequest,
    named: () => string,
  ): Promise<Readonly<Record<string, unknown>>> => {
    if (!isAdmin(request)) {
      request.log.warn({ from: request.ip }, "a key was asked for without a login");
      throw new Problem(401, "log in: keys are the administrator's to give");
    }
    const name = named();
    const project = await projects.ensure(name);
    return {
      agent_name: name,
      project_id: project.id,
      project_name: project.name,
      api_key: projects.keyOf(name),
    };
  };
  app.get("/api/v1/agents", (request) =>
    ensureAgent(request, () => valid(AgentQuery, request.query).agent_name),
  );
  app.post("/api/v1/agents", (request) =>
    ensureAgent(request, () => valid(AgentQuery, jsonOf(request.body)).agent_name),
  );

  const readTraces = async (request: FastifyRequest): Promise<unknown> => {
    const { project, trace_id: traceId, limit } = valid(TracesQuery, request.query);
    const own = isAdmin(request) ? project : await ownProject(request, projects, project);
    return { traces: await traces.list({ project: own, traceId, limit }) };
  };
  app.get("/api/traces", readTraces);
  app.get("/api/v1/traces", readTraces);
  return app;
}

/** Whoever is not the administrator reads the traces of the project whose key it has, and no others. */
async function ownProject(
  { headers }: FastifyRequest,
  projects: Projects,
  wanted: string | undefined,
): Promise<string> {
  const key = headers["x-api-key"];
  const project = typeof key === "string" ? await projects.byKey(key) : undefined;
  if (project === undefined) throw new Problem(401, "log in, or send a project's key as x-api-key");
  if (wanted !== undefined && wanted !== project.name)
    throw new Problem(403, "the API key belongs to another project");
  return project.name;
}

type IsAdmin = (request: FastifyRequest) => boolean;

function registerPages(
  app: FastifyInstance,
  { projects, traces, sessions, now }: ServerOptions,
  isAdmin: IsAdmin,
): void {
  const HTML = "text/html; charset=utf-8";
  app.get("/", async (request, reply) => {
    if (!isAdmin(request)) return reply.redirect("/login");
    const { project } = valid(TracesQuery, request.query);
    const [known, last] = await Promise.all([projects.list(), traces.list({ project, limit: 20 })]);
    return reply.type(HTML).send(tracesPage(known, last));
  });
  app.get("/login", (_request, reply) => reply.type(HTML).send(loginPage(false)));
  app.post("/login", ({ body }, reply) => {
    const form = new URLSearchParams(textOf(body));
    const cookie = sessions.open(form.get("email") ?? "", form.get("password") ?? "", now());
    if (cookie === undefined) return reply.code(401).type(HTML).send(loginPage(true));
    return reply.header("set-cookie", cookie).redirect("/", 303);
  });
}

function valid<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Problem(400, `${(issue?.path ?? []).join(".")}: ${issue?.message ?? "invalid"}`);
}

const textOf = (body: unknown): string => (Buffer.isBuffer(body) ? body.toString("utf8") : "");

function jsonOf(body: unknown): unknown {
  try {
    return JSON.parse(textOf(body));
  } catch (error) {
    throw new Problem(400, "the body is no JSON", { cause: error });
  }
}
