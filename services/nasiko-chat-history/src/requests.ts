import { z } from "zod";
import { DIRECTIONS } from "./page.ts";

const ROLES = ["user", "agent", "system"] as const;
export type Role = (typeof ROLES)[number];

const Id = z.string().regex(/^[\w.:-]{1,100}$/, "must be 1 to 100 letters, digits, '_', '.', ':', '-'");
const AgentId = z.string().min(1).max(200);

export const NewSessionSchema = z.object({
  session_id: Id.optional(),
  title: z.string().trim().min(1).max(200).optional(),
  agent_id: AgentId.nullish(),
});
export type NewSession = z.output<typeof NewSessionSchema>;

export const NewMessageSchema = z.object({
  message_id: Id.optional(),
  role: z.enum(ROLES),
  content: z.string().max(256 * 1024),
  agent_id: AgentId.nullish(),
  metadata: z.record(z.string(), z.unknown()).optional(),
});
export type NewMessage = z.output<typeof NewMessageSchema>;

const MOST = 100;

/** @param limit how many a page has when nobody says */
export const pageSchema = (limit: number): z.ZodType<Paging> =>
  z.object({
    limit: z.coerce.number().int().min(1).max(MOST).default(limit),
    cursor: z
      .string()
      .optional()
      .transform((text) => (text === "" ? undefined : text)),
    direction: z.enum(DIRECTIONS).default("after"),
  });

interface Paging {
  readonly limit: number;
  readonly cursor: string | undefined;
  readonly direction: (typeof DIRECTIONS)[number];
}
