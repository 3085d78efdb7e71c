import { resolve, sep } from "node:path";
import { z } from "zod";
import { PermanentFailure } from "./failure.ts";

const AgentName = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, "is no agent name");
const common = {
  agent_name: AgentName,
  owner_id: z.string().max(200).default(""),
  upload_id: z.string().max(200).default(""),
  base_url: z.union([z.literal(""), z.url({ protocol: /^https?$/ })]).default(""),
};
const CommandSchema = z.discriminatedUnion("command", [
  z.object({ command: z.enum(["deploy_agent", "update_agent"]), agent_path: z.string().min(1), ...common }),
  z.object({ command: z.literal("remove_agent"), ...common }),
]);
export type Command = Readonly<z.output<typeof CommandSchema>>;
export type DeployCommand = Extract<Command, { readonly agent_path: string }>;

/**
 * Reads one entry of the stream.
 * @param fields names and values in turn, as Redis gives them
 * @throws PermanentFailure for what is no command
 */
export function parseCommand(fields: readonly string[], agentsRoot: string): Command {
  const parsed = CommandSchema.safeParse(toRecord(fields));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    throw new PermanentFailure(`the entry is no command: ${problems.join("; ")}`);
  }
  const command = parsed.data;
  if (command.command === "remove_agent") return command;
  const path = resolve(agentsRoot, command.agent_path);
  // Only the agent's own uploads: another agent's folder, or the volume itself, is never its source.
  if (!path.startsWith(`${resolve(agentsRoot)}${sep}${command.agent_name}${sep}`))
    throw new PermanentFailure("agent_path is no version of this agent");
  return { ...command, agent_path: path };
}

/** Names and values in turn, as Redis gives them. */
export function toRecord(fields: readonly string[]): Readonly<Record<string, string>> {
  const record = new Map<string, string>();
  for (let index = 0; index + 1 < fields.length; index += 2)
    record.set(fields[index] ?? "", fields[index + 1] ?? "");
  return Object.fromEntries(record);
}
