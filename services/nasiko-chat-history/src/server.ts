import { boundJsonBodies } from "../../lib/json-bodies.ts";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Database } from "../../lib/database.ts";
import { answerErrors } from "../../lib/error-answers.ts";
import { invalidInput } from "../../lib/invalid-input.ts";
import {
  addMessage,
  createSession,
  deleteSession,
  findSession,
  listMessages,
  listSessions,
} from "./history.ts";
import type { Authenticate, Caller } from "./identity.ts";
import { refuseUnknownHosts } from "../../lib/known-hosts.ts";
import type { Log } from "../../lib/log.ts";
import { NewMessageSchema, NewSessionSchema, pageSchema } from "./requests.ts";

export interface ServerOptions {
  readonly database: Database;
  readonly authenticate: Authenticate;
  readonly log: Log;
  /** Names that it goes by besides those of the loopback interface. */
  readonly allowedHosts: readonly string[];
}

interface ById {
  readonly Params: { readonly id: string };
}

/** A message of 256 KiB, each letter escaped in JSON. */
const LARGEST_BODY = 2 * 1024 * 1024;
const SessionPage = pageSchema(10);
const MessagePage = pageSchema(50);

export function createServer({ database, authenticate, log, allowedHosts }: ServerOptions): FastifyInstance {
  const app = fastify({ forceCloseConnections: true, bodyLimit: LARGEST_BODY });
  refuseUnknownHosts(app, allowedHosts);
  boundJsonBodies(app);
  answerErrors(app, {
    field: "detail",
    notFound: "Not Found",
    failure: { status: 503, sentence: "The chat history is not available" },
    asProblem: invalidInput,
    log,
  });

  app.get("/live", () => ({ status: "alive" }));
  app.get("/health", async (_request, reply) => {
    const healthy = await database.answers();
    const status = healthy ? "healthy" : "unhealthy";
    return reply.code(healthy ? 200 : 503).send({ status, service: "chat-history-service" });
  });

  const callerOf = ({ headers }: FastifyRequest): Promise<Caller> => {
    const subject = headers["x-subject-id"];
    return authenticate({
      authorization: headers.authorization,
      subject: typeof subject === "string" && subject !== "" ? subject : undefined,
    });
  };

  app.post("/chat/session", async (request, reply) => {
    const { subjectId } = await callerOf(request);
    const wanted = NewSessionSchema.parse(request.body ?? {});
    const { item, isNew } = await createSession(database.db(), subjectId, wanted);
    return reply.code(isNew ? 201 : 200).send(item);
  });

  app.get("/chat/session/list", async (request) => {
    const { subjectId } = await callerOf(request);
    return listSessions(database.db(), subjectId, SessionPage.parse(request.query));
  });

  app.get<ById>("/chat/session/:id", async (request, reply) => {
    const { subjectId } = await callerOf(request);
    const session = await findSession(database.db(), subjectId, request.params.id);
    return session ?? noSession(reply);
  });

  app.delete<ById>("/chat/session/:id", async (request, reply) => {
    const { subjectId } = await callerOf(request);
    const found = await deleteSession(database.db(), subjectId, request.params.id);
    return found ? reply.code(204).send() : noSession(reply);
  });

  app.post<ById>("/chat/session/:id/messages", async (request, reply) => {
    const { subjectId } = await callerOf(request);
    const wanted = NewMessageSchema.parse(request.body);
    const made = await addMessage(database.db(), subjectId, request.params.id, wanted);
    return made === undefined ? noSession(reply) : reply.code(made.isNew ? 201 : 200).send(made.item);
  });

  app.get<ById>("/chat/session/:id/messages", async (request, reply) => {
    const { subjectId } = await callerOf(request);
    const page = MessagePage.parse(request.query);
    if ((await findSession(database.db(), subjectId, request.params.id)) === undefined)
      return noSession(reply);
    return listMessages(database.db(), subjectId, request.params.id, page);
  });

  return app;
}

const noSession = (reply: FastifyReply): FastifyReply =>
  reply.code(404).send({ detail: "There is no such session" });
