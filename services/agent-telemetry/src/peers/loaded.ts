/** The part of "@langchain/core/tracers/base" that its instrumentation is built on. */
interface Tracers {
  readonly BaseTracer: unknown;
}

let tracers: Tracers | undefined;

/**
 * To be told before the instrumentation of LangChain is evaluated.
 * @throws for a module of another kind
 */
export function setTracersOfAgent(loaded: unknown): void {
  if (typeof loaded !== "object" || loaded === null || !("BaseTracer" in loaded))
    throw new Error("its tracers are not where they were");
  tracers = loaded;
}

export function tracersOfAgent(): Tracers {
  if (tracers === undefined) throw new Error("its tracers are not loaded");
  return tracers;
}
