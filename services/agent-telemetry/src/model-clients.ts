/** A client of models that can be told to report its calls. */
export interface ModelClient {
  /** Name of its package. */
  readonly name: string;
  /** Files of the package whose content is wanted, by what it is: one for `require`, one for `import`. */
  readonly parts: Readonly<Record<string, readonly [required: string, imported: string]>>;
}

const ENTRY = { client: ["index.js", "index.mjs"] } as const;

export const MODEL_CLIENTS = [
  { name: "openai", parts: ENTRY },
  { name: "@anthropic-ai/sdk", parts: ENTRY },
  {
    name: "@langchain/core",
    parts: {
      tracers: ["dist/tracers/base.cjs", "dist/tracers/base.js"],
      callbacks: ["dist/callbacks/manager.cjs", "dist/callbacks/manager.js"],
    },
  },
] as const satisfies readonly ModelClient[];

export type ClientName = (typeof MODEL_CLIENTS)[number]["name"];

/** The content of each part of a client, as the agent loaded it. */
export type LoadedParts = ReadonlyMap<string, unknown>;
