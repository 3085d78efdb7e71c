import type { StepContext } from "../../../../../engine/core/provider.ts";

export interface FakeStep extends StepContext {
  readonly reports: readonly string[];
  readonly ids: readonly string[];
}

/** A step that remembers what it was told. */
export function fakeStep(signal: AbortSignal = new AbortController().signal, interrupted = false): FakeStep {
  const reports: string[] = [];
  const ids: string[] = [];
  return {
    signal,
    interrupted,
    reports,
    ids,
    report: (message) => {
      reports.push(message);
    },
    created: (id) => {
      ids.push(id);
      return Promise.resolve();
    },
  };
}
