/** Writes a state that keeps changing: each call is answered once the state of that moment is on disk. */
export interface Saver {
  save(): Promise<void>;
}

/**
 * @param write writes the state as it is when called; never called twice at a time. Calls that come while a write
 *   runs share the next one.
 */
export function createSaver(write: () => Promise<void>): Saver {
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return {
    save: () => {
      next ??= running
        .catch(() => undefined)
        .then(() => {
          next = undefined;
          running = write();
          return running;
        });
      return next;
    },
  };
}
