import type { StackSnapshot } from "../../../engine/core/engine.ts";

/** Components that stand for one member of the platform each. */
const MEMBER = /nasiko:platform:(?:Service|Job|Agent)$/;

/**
 * Names of the services, jobs and agents that the stack was last told to have; undefined when it has none.
 * So `status` after `local up redis` does not miss what nobody asked for.
 */
export function recordedMembers({
  resources,
}: Pick<StackSnapshot, "resources">): readonly string[] | undefined {
  const members = resources.filter(({ type }) => MEMBER.test(type));
  return members.length === 0 ? undefined : members.map(({ urn }) => urn.slice(urn.lastIndexOf("::") + 2));
}
