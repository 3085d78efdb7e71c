import { defineError } from "../../../platform/errors/define-error.ts";

export const snapshotEmpty = defineError("NSK-SNAPSHOT-EMPTY", {
  exitCode: 70,
  sentence: ({ stack }: { readonly stack: string }) =>
    `Stack ${stack} has no data on this engine: there is nothing to take a snapshot of.`,
  suggestion: ({ stack }) => `./nasiko --stack ${stack} local up`,
});

export const snapshotUnknown = defineError("NSK-SNAPSHOT-UNKNOWN", {
  exitCode: 71,
  sentence: ({ id }: { readonly id: string; readonly known: readonly string[] }) =>
    `There is no snapshot ${id}.`,
  detail: ({ known }) => (known.length === 0 ? "There is none at all." : `There are: ${known.join(", ")}.`),
  suggestion: () => "./nasiko local snapshots",
});

export const snapshotDamaged = defineError("NSK-SNAPSHOT-DAMAGED", {
  exitCode: 72,
  sentence: ({ id }: { readonly id: string; readonly problems: readonly string[] }) =>
    `Snapshot ${id} is not what was written, so nothing was restored.`,
  detail: ({ problems }) => problems.join("\n"),
  suggestion: () => "./nasiko local snapshots   # and restore another one",
});

export const restoreOverData = defineError("NSK-RESTORE-OVER-DATA", {
  exitCode: 73,
  sentence: ({ stack }: { readonly stack: string; readonly found: readonly string[]; readonly id: string }) =>
    `Stack ${stack} has data already, so nothing was restored into it.`,
  detail: ({ found }) => `Found: ${found.join(", ")}.`,
  suggestion: ({ stack, id }) =>
    `NASIKO_PORT_OFFSET=1000 ./nasiko --stack ${stack}-restored local restore ${id} --yes   # or first: ./nasiko --stack ${stack} local down --snapshot --volumes`,
});

export const notReadyAgain = defineError("NSK-NOT-READY-AGAIN", {
  exitCode: 74,
  sentence: ({ id }: { readonly id: string; readonly members: readonly string[] }) =>
    `Snapshot ${id} is complete, but not everything became ready again after it.`,
  detail: ({ members }) => `Not ready: ${members.join(", ")}.`,
  suggestion: () => "./nasiko local status",
});
