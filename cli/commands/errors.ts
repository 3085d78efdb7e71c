import { defineError } from "../../platform/errors/define-error.ts";

export const confirmationNeeded = defineError("NSK-CONFIRMATION-NEEDED", {
  exitCode: 5,
  sentence: ({ stack }: { readonly stack: string; readonly removeOrphans: boolean }) =>
    `Nothing was deleted: nobody agreed to delete stack ${stack}.`,
  suggestion: ({ stack, removeOrphans }) =>
    `./nasiko --stack ${stack} local down --volumes ${removeOrphans ? "--remove-orphans " : ""}--yes`,
});

export const orphansNotConfirmed = defineError("NSK-ORPHANS-NOT-CONFIRMED", {
  exitCode: 5,
  sentence: ({ stack, found }: { readonly stack: string; readonly found: string }) =>
    `Nothing was removed: nobody agreed to remove ${found} of stack ${stack}.`,
  suggestion: ({ stack }) => `./nasiko --stack ${stack} local down --remove-orphans --yes`,
});

export const dataProtected = defineError("NSK-DATA-PROTECTED", {
  exitCode: 34,
  sentence: ({ stack }: { readonly stack: string; readonly names: readonly string[] }) =>
    `Nothing was deleted: data of stack ${stack} is protected.`,
  detail: ({ names }) => `Protected: ${names.join(", ")}. On a terminal the stack's name is asked for.`,
  suggestion: ({ stack }) => `./nasiko --stack ${stack} local down --volumes --yes --force`,
});

export const modeUnknown = defineError("NSK-MODE-UNKNOWN", {
  exitCode: 2,
  sentence: ({ mode }: { readonly mode: string }) => `There is no mode ${JSON.stringify(mode)}.`,
  suggestion: () => "./nasiko local verify --mode enterprise",
});

export const pruneNotConfirmed = defineError("NSK-PRUNE-NOT-CONFIRMED", {
  exitCode: 5,
  sentence: ({ count }: { readonly count: number }) =>
    `Nothing was removed: nobody agreed to remove ${count === 1 ? "1 image" : `${count} images`}.`,
  suggestion: () => "./nasiko images prune --yes",
});

export const restoreNotConfirmed = defineError("NSK-RESTORE-NOT-CONFIRMED", {
  exitCode: 5,
  sentence: ({ id }: { readonly id: string; readonly stack: string }) =>
    `Nothing was restored: nobody agreed to restore ${id}.`,
  suggestion: ({ id, stack }) => `./nasiko --stack ${stack} local restore ${id} --yes`,
});

export const noShell = defineError("NSK-NO-SHELL", {
  exitCode: 25,
  sentence: ({ service }: { readonly service: string; readonly container: string }) =>
    `The image of ${service} has no shell.`,
  detail: () => "A second container can look at its processes, network and files from beside it.",
  suggestion: ({ container }) =>
    `docker run --rm -it --pid container:${container} --network container:${container} busybox sh   # files: /proc/1/root`,
});

export const notRunning = defineError("NSK-NOT-RUNNING", {
  exitCode: 26,
  sentence: ({ service, stack }: { readonly service: string; readonly stack: string }) =>
    `${service} of stack ${stack} does not run.`,
  suggestion: ({ service, stack }) => `./nasiko --stack ${stack} local logs ${service}`,
});
