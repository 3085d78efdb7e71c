import type {
  DestroyOptions,
  EngineOptions,
  holdStack,
  readStack,
  RunResult,
  StackSnapshot,
} from "../../engine/core/engine.ts";

/** The embedded engine, as far as commands use it. */
export interface Engine {
  up(options: EngineOptions): Promise<RunResult>;
  preview(options: EngineOptions): Promise<RunResult>;
  destroy(options: DestroyOptions): Promise<RunResult>;
  readStack(options: Parameters<typeof readStack>[0]): Promise<StackSnapshot | undefined>;
  readonly holdStack: typeof holdStack;
}

const load = (): Promise<Engine> => import("../../engine/core/engine.ts");

/** The one of this checkout, loaded when first used: most of a command's start-up time would be its. */
export const embeddedEngine: Engine = {
  up: async (options) => (await load()).up(options),
  preview: async (options) => (await load()).preview(options),
  destroy: async (options) => (await load()).destroy(options),
  // Not with the rest: who only looks at a state needs no gRPC.
  readStack: async (options) => (await import("../../engine/core/stack-snapshot.ts")).readStack(options),
  holdStack: async (address, work) => (await load()).holdStack(address, work),
};
