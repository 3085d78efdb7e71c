import nodeModule from "node:module";

/**
 * Does something with libraries that put a `require` of their own in the place of Node's, and takes it away again:
 * theirs would go on looking for each file that the agent loads, a second time.
 */
export function keepingRequire(work: () => void): void {
  const { prototype } = nodeModule;
  const own: unknown = Reflect.get(prototype, "require");
  try {
    work();
  } finally {
    Reflect.set(prototype, "require", own);
  }
}
