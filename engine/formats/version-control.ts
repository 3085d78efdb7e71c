const METADATA: ReadonlySet<string> = new Set([".git", ".hg", ".svn"]);

/**
 * Whether a name is where a version control system keeps its own data. That is never part of a build context, as
 * BuildKit has it for contexts from Git: it changes with every fetch and branch, and holds what was deleted.
 * @param name of one file or folder, without its path; Git keeps a file of this name in submodules and work trees
 */
export const isVersionControl = (name: string): boolean => METADATA.has(name);
