/** What an archive says about one of its entries. */
export interface ZipEntry {
  /** As in the archive; a folder's ends in "/". */
  readonly name: string;
  /** Unix mode with file type; 0 where the archive was not made on Unix. */
  readonly mode: number;
  /** Bytes after unpacking, as claimed. */
  readonly size: number;
  readonly encrypted: boolean;
}

export interface PlannedEntry {
  /** Index in the archive. */
  readonly index: number;
  /** Relative path below the agent's folder. */
  readonly path: string;
  readonly kind: "file" | "folder" | "link";
  readonly executable: boolean;
}

export type ZipPlan =
  | { readonly kind: "plan"; readonly entries: readonly PlannedEntry[] }
  | { readonly kind: "refused"; readonly reason: string };

export const LIMITS = {
  /** Bytes of the archive. */
  archive: 100 * 1024 * 1024,
  entries: 1000,
  /** Bytes of everything unpacked. */
  unpacked: 400 * 1024 * 1024,
  /** Letters of a path. */
  path: 240,
  /** Bytes of a link's target. */
  link: 1024,
} as const;

const TYPE = { mask: 0o170000, file: 0o100000, folder: 0o040000, link: 0o120000 };

/** Decides what an archive would unpack to, before anything is written. */
export function planEntries(entries: readonly ZipEntry[]): ZipPlan {
  if (entries.length > LIMITS.entries) return refused(`it has more than ${LIMITS.entries} entries`);
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total > LIMITS.unpacked) return refused("it unpacks to more than 400 MB");
  const planned: PlannedEntry[] = [];
  for (const [index, entry] of entries.entries()) {
    if (isOfSystem(entry.name)) continue;
    const reason = problemOf(entry);
    if (reason !== undefined) return refused(`${JSON.stringify(entry.name.slice(0, 200))} ${reason}`);
    planned.push({
      index,
      path: entry.name.replace(/\/$/, ""),
      kind: kindOf(entry) ?? "file",
      executable: (entry.mode & 0o100) !== 0,
    });
  }
  const conflict = conflictOf(planned);
  if (conflict !== undefined) return refused(conflict);
  return { kind: "plan", entries: withoutCommonFolder(planned) };
}

/** What macOS and Windows keep beside people's files; in archives of them nobody means it. */
const isOfSystem = (name: string): boolean =>
  /^__MACOSX(?:\/|$)/.test(name) || /(?:^|\/)(?:\.DS_Store|\._[^/]*|Thumbs\.db|desktop\.ini)$/i.test(name);

function problemOf(entry: ZipEntry): string | undefined {
  const { name } = entry;
  const path = name.replace(/\/$/, "");
  if (entry.encrypted) return "is encrypted";
  if (name.startsWith("/") || /^[A-Za-z]:/.test(name)) return "is an absolute path";
  // eslint-disable-next-line no-control-regex -- what a file name cannot or should not hold
  if (/[\\\u0000-\u001f\u007f]/.test(name)) return "holds a backslash or a control character";
  if (path.length > LIMITS.path) return "is too long";
  const segments = path.split("/");
  if (segments.includes("..")) return "leaves the archive's folder";
  if (segments.some((segment) => segment === "" || segment === ".")) return "is not a plain path";
  if (segments.some((segment) => Buffer.byteLength(segment) > 255)) return "is too long";
  if (kindOf(entry) === undefined) return "is neither file, folder nor link";
  return undefined;
}

function kindOf({ name, mode }: ZipEntry): PlannedEntry["kind"] | undefined {
  const type = mode & TYPE.mask;
  if (name.endsWith("/")) return type === 0 || type === TYPE.folder ? "folder" : undefined;
  if (type === 0 || type === TYPE.file) return "file";
  return type === TYPE.link ? "link" : undefined;
}

/** Two entries for one place: which of them counts, unpackers do not agree on. */
function conflictOf(entries: readonly PlannedEntry[]): string | undefined {
  const leaves = new Set<string>();
  const folders = new Set<string>();
  for (const { path, kind } of entries) {
    if (kind !== "folder") {
      if (leaves.has(path)) return `${JSON.stringify(path)} is there twice`;
      leaves.add(path);
    } else folders.add(path);
    const segments = path.split("/");
    for (let length = 1; length < segments.length; length++) folders.add(segments.slice(0, length).join("/"));
  }
  const both = [...leaves].find((path) => folders.has(path));
  return both === undefined ? undefined : `${JSON.stringify(both)} is a file and a folder`;
}

/** An archive of a folder holds the folder; what counts is what is in it. */
function withoutCommonFolder(entries: readonly PlannedEntry[]): readonly PlannedEntry[] {
  const tops = new Set(entries.map(({ path }) => path.split("/", 1)[0] ?? ""));
  const [top = ""] = tops;
  const isFolder = entries.every(({ path, kind }) => path.includes("/") || kind === "folder");
  if (tops.size !== 1 || !isFolder) return entries;
  return entries
    .filter(({ path }) => path !== top)
    .map((entry) => ({ ...entry, path: entry.path.slice(top.length + 1) }));
}

/**
 * Whether a link may be made: its target has to be a file of the archive. A link to a link or a folder is refused,
 * because where a chain of those ends cannot be told from the paths.
 * @returns why not, or undefined
 */
export function linkProblem(path: string, target: string, files: ReadonlySet<string>): string | undefined {
  if (target === "" || target.startsWith("/")) return "links to an absolute path";
  const segments = path.split("/").slice(0, -1);
  for (const segment of target.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment !== "..") segments.push(segment);
    else if (segments.pop() === undefined) return "links out of the archive's folder";
  }
  return files.has(segments.join("/")) ? undefined : "links to something that is no file of the archive";
}

const refused = (reason: string): ZipPlan => ({ kind: "refused", reason });
