import type { CommandContext } from "../context.ts";
import { stackSnapshot } from "./deployment.ts";

/** Components that stand for one member of the platform each. */
const MEMBER = /nasiko:platform:(?:Service|Job|Agent)$/;

/**
 * Names of the services, jobs and agents that the stack was last told to have; undefined when there is no stack yet.
 * So `status` after `local up redis` does not miss what nobody asked for.
 */
export async function recordedMembers(context: CommandContext): Promise<ReadonlySet<string> | undefined> {
  const snapshot = await stackSnapshot(context);
  if (snapshot === undefined) return undefined;
  const members = snapshot.resources.filter(({ type }) => MEMBER.test(type));
  return members.length === 0
    ? undefined
    : new Set(members.map(({ urn }) => urn.slice(urn.lastIndexOf("::") + 2)));
}
