import { apiPrefix } from "./api-version.ts";

/** The beginning of every path to an engine, once it is known which version it speaks. */
export interface Negotiated {
  /** Asks the engine on first use only. @throws what asking throws; the next use asks again */
  prefix(): Promise<string>;
  /** The engine refused the version: the next use asks again. */
  forget(): void;
}

/** @param ask the answer to `GET /version`, without a version in its path */
export function negotiated(ask: () => Promise<unknown>): Negotiated {
  let known: Promise<string> | undefined;
  return {
    prefix: () => {
      known ??= ask()
        .then(apiPrefix)
        .catch((error: unknown) => {
          known = undefined;
          throw error;
        });
      return known;
    },
    forget: () => {
      known = undefined;
    },
  };
}
