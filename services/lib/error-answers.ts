import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { causeOf } from "./cause.ts";
import type { Log } from "./log.ts";
import { Problem } from "./problem.ts";

export interface ErrorAnswers {
  /** Field of an answer that holds its sentence. */
  readonly field: "detail" | "message" | "error";
  /** Answer to a path that there is not. @default the framework's own */
  readonly notFound?: string;
  /** Answer to what is not the caller's fault; why it failed goes to the log alone. */
  readonly failure: { readonly status: number; readonly sentence: string };
  /** Reads an error of the service's own as a problem. @default there are no such errors */
  readonly asProblem?: (error: unknown) => Problem | undefined;
  /** Is told of every problem, before it is answered. @default nobody is */
  readonly onProblem?: (problem: Problem, request: FastifyRequest) => void;
  /** @default the server's own logger */
  readonly log?: Log;
}

/** Has a service answer every error with one sentence in JSON, and tell callers nothing of its own failures. */
export function answerErrors(app: FastifyInstance, answers: ErrorAnswers): void {
  const { field, notFound, failure, asProblem, onProblem } = answers;
  const log: Log = answers.log ?? ((level, message, fields = {}) => app.log[level](fields, message));
  const say = (reply: FastifyReply, status: number, sentence: string, more = {}): FastifyReply =>
    reply.code(status).send({ [field]: sentence, ...more });

  if (notFound !== undefined) app.setNotFoundHandler((_request, reply) => say(reply, 404, notFound));
  app.setErrorHandler((error, request, reply) => {
    const problem = error instanceof Problem ? error : asProblem?.(error);
    if (problem !== undefined) {
      onProblem?.(problem, request);
      if (problem.status === 401) void reply.header("www-authenticate", "Bearer");
      return say(reply.headers(problem.headers), problem.status, problem.message, problem.more);
    }
    // The framework's own refusals, e.g. of a body that is no JSON or too large, carry their status.
    const status = error instanceof Error && "statusCode" in error ? Number(error.statusCode) : 500;
    if (status < 500) return say(reply, status, causeOf(error));
    log("error", "request failed", { path: request.url.split("?", 1)[0], error: causeOf(error) });
    return say(reply, failure.status, failure.sentence);
  });
}
