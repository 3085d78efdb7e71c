import type { CommandResult } from "../../lib/command-result.ts";
import { seconds } from "../../render/amounts.ts";
import type { AgentInBrief } from "../../stack/observe/planned-stack.ts";
import { shortVersion } from "./short-version.ts";

/** What was kept of a decision about an agent, see keepDecision(). */
export interface KeptDecision {
  /** The stack's config file, when it was changed; by its name. */
  readonly written?: string;
  /** What the next `up` would do instead, because something hides the file; said aloud. */
  readonly warning?: string;
}

/** What a deployment came to that had nothing to do. @param milliseconds that it took */
export const describeUnchanged = (
  agent: AgentInBrief,
  milliseconds: number,
  kept: KeptDecision = {},
): CommandResult => ({
  exitCode: 0,
  text: [
    `Agent ${agent.name} is up to date after ${seconds(milliseconds)}: its content has not changed, and version ${shortVersion(agent.image.shortHash)} is served.`,
    `  ${agent.url}`,
    ...notesOf(kept),
  ].join("\n"),
  json: { ok: true, ...headOf(agent), changed: false, milliseconds: Math.round(milliseconds), ...kept },
});

/** Which version of which agent a deployment was about, as its JSON document begins. */
export const headOf = ({
  name,
  image,
  url,
}: AgentInBrief): Readonly<Record<"agent" | "version" | "url", string>> => ({
  agent: name,
  version: image.shortHash,
  url,
});

/** Lines that say what was kept, and what hides it. */
export const notesOf = ({ written, warning }: KeptDecision): readonly string[] => [
  ...(written === undefined ? [] : [`Kept in ${written}.`]),
  ...(warning === undefined ? [] : [`! ${warning}`]),
];
