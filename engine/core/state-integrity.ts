import type { StackAddress } from "./backend.ts";
import { needsOf } from "./dependents.ts";
import type { Deployment, SealedDeployment } from "./deployment.ts";

/**
 * What is wrong with a state that parses: it is another stack's, or somebody edited it. Engines rely on each resource
 * standing after all that it needs: deletions follow that order.
 * @returns undefined for a sound state
 */
export function integrityProblem(
  { resources, operations, stack }: Deployment & Pick<SealedDeployment, "stack">,
  address: Pick<StackAddress, "project" | "stack">,
): string | undefined {
  const whole = `organization/${address.project}/${address.stack}`;
  if (stack !== undefined && stack !== whole) return `It is the state of ${stack}, not of ${whole}.`;
  const prefix = `urn:pulumi:${address.stack}::${address.project}::`;
  const foreign = [...resources, ...operations.map(({ resource }) => resource)].find(
    ({ urn }) => !urn.startsWith(prefix),
  );
  if (foreign !== undefined) return `It holds a resource of another stack: ${foreign.urn}.`;

  const seen = new Set<string>();
  const current = new Set<string>();
  for (const record of resources) {
    const missing = needsOf(record).find((urn) => !seen.has(urn));
    if (missing !== undefined) return `${record.urn} needs ${missing}, which does not stand before it.`;
    if (!record.delete && current.has(record.urn)) return `${record.urn} stands in it twice.`;
    seen.add(record.urn);
    if (!record.delete) current.add(record.urn);
  }
  return undefined;
}
