import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { Problem } from "../../lib/problem.ts";
import type { Attachment } from "./a2a/message.ts";

/** What a caller asks. */
export interface Incoming {
  readonly query: string;
  readonly sessionId: string | undefined;
  /** The agent that is to answer; undefined: the router chooses. */
  readonly agent: string | undefined;
  readonly files: readonly Attachment[];
}

const LONGEST_QUERY = 20_000;

const given = z.preprocess((value) => (value === "" || value === null ? undefined : value), z.unknown());
const fields = z.object({
  query: z
    .string({ error: "query must be a text" })
    .trim()
    .min(1, "query must not be empty")
    .max(LONGEST_QUERY, `query must not be longer than ${LONGEST_QUERY} characters`),
  session_id: given.pipe(
    z
      .string({ error: "session_id must be a text" })
      .regex(/^[\w.:-]{1,100}$/, "session_id must be 1 to 100 letters, digits, '.', '_', ':' or '-'")
      .optional(),
  ),
  agent: given.pipe(z.string({ error: "agent must be a text" }).max(200, "agent is too long").optional()),
});

/** Reads JSON or a form with files. @throws Problem 400 */
export async function readIncoming(request: FastifyRequest): Promise<Incoming> {
  const { values, files } = request.isMultipart()
    ? await readForm(request)
    : { values: request.body, files: [] };
  const parsed = fields.safeParse(values ?? {});
  if (!parsed.success) throw new Problem(400, parsed.error.issues.map(({ message }) => message).join("; "));
  const { query, session_id: sessionId, agent } = parsed.data;
  return { query, sessionId, agent, files };
}

async function readForm(
  request: FastifyRequest,
): Promise<{ readonly values: unknown; readonly files: readonly Attachment[] }> {
  const values = new Map<string, unknown>();
  const files: Attachment[] = [];
  for await (const part of request.parts()) {
    if (part.type === "file") {
      const content = await part.toBuffer();
      if (part.filename !== "") files.push({ name: part.filename, type: part.mimetype, content });
    } else {
      values.set(part.fieldname, part.value);
    }
  }
  return { values: Object.fromEntries(values), files };
}
