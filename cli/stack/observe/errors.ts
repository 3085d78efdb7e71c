import { defineError } from "../../../platform/errors/define-error.ts";
import { quoted } from "../../../platform/errors/quoted.ts";

interface UnknownStack {
  readonly stack: string;
  /** Folder of this home. */
  readonly home: string;
  /** What the engine has of it, e.g. "26 containers and 3 networks". */
  readonly found: string;
  /** The home that made it, where its containers tell; and whether the stack's state is there. */
  readonly maker: { readonly home: string; readonly isThere: boolean } | undefined;
}

export const stackOfOtherHome = defineError("NSK-STACK-OF-OTHER-HOME", {
  exitCode: 38,
  sentence: ({ stack }: UnknownStack) =>
    `Stack ${stack} is on this engine, but its state is not in this home: nothing was changed.`,
  detail: ({ stack, home, found, maker }) => {
    const made =
      maker === undefined
        ? "They do not say from which home: the Pulumi CLI or an older version made them, or only data is left."
        : `They were made from the home ${maker.home}, ${maker.isThere ? "which has their state" : "whose state of them is not on this machine"}.`;
    return [
      `The engine has ${found} of it. ${made} This home is ${home}; without the state nobody knows their passwords.`,
      ...(maker?.isThere === true
        ? []
        : [`When that home can be had:       NASIKO_HOME=${quoted(maker?.home ?? "/the/right/home")} …`]),
      `Beside it, under another name:   NASIKO_PORT_OFFSET=1000 ./nasiko --stack ${stack === "mine" ? "mine-too" : "mine"} local up`,
      `To remove it, after a question:  ./nasiko --stack ${stack} local down --volumes --remove-orphans`,
      `From a snapshot, after that:     ./nasiko --stack ${stack} local restore <snapshot>`,
    ].join("\n");
  },
  suggestion: ({ stack, maker }) =>
    maker?.isThere === true
      ? `NASIKO_HOME=${quoted(maker.home)} ./nasiko --stack ${stack} local status`
      : "./nasiko stacks   # what is on this engine, and what this home has",
});

export const nothingRuns = defineError("NSK-NOTHING-RUNS", {
  exitCode: 26,
  sentence: ({ stack }: { readonly stack: string }) => `Stack ${stack} has no containers.`,
  suggestion: ({ stack }) =>
    stack === "local" ? "./nasiko local up" : `./nasiko --stack ${stack} local up   # or: ./nasiko stacks`,
});
