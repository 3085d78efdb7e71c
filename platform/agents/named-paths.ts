import type { GivenService } from "./compose-schema.ts";
import type { LocatedDocument } from "./located-document.ts";

/** A path in a compose file. */
export interface NamedPath {
  readonly path: string;
  /** What it is, e.g. "build.context". */
  readonly what: string;
  readonly line: number;
}

/** Keys below which Compose reads files; of most of them nothing is used here, but their author counts on it. */
export function namedPaths(
  key: string,
  file: Readonly<Record<string, unknown>>,
  given: GivenService,
  { lineOf }: LocatedDocument,
): readonly NamedPath[] {
  const { build, env_file: envFiles } = given;
  const named = (what: string, path: unknown, ...where: readonly PropertyKey[]): readonly NamedPath[] =>
    typeof path === "string" ? [{ path, what, line: lineOf(where) }] : [];
  const service = ["services", key] as const;
  const files = (section: "secrets" | "configs"): readonly NamedPath[] =>
    Object.entries(recordOf(file[section])).flatMap(([name, entry]) =>
      named(`${section}.${name}`, recordOf(entry)["file"], section, name),
    );
  const dockerfile = build?.dockerfile;
  return [
    ...(build === undefined ? [] : named("build.context", build.context, ...service, "build")),
    ...(dockerfile === undefined || build === undefined
      ? []
      : named("build.dockerfile", `${build.context}/${dockerfile}`, ...service, "build", "dockerfile")),
    ...namedContexts(recordOf(build)["additional_contexts"]).flatMap(([name, path]) =>
      named(`build.additional_contexts.${name}`, path, ...service, "build", "additional_contexts"),
    ),
    ...(envFiles ?? []).flatMap(({ path }, index) => named("env_file", path, ...service, "env_file", index)),
    ...named("extends", recordOf(recordOf(given)["extends"])["file"], ...service, "extends"),
    ...files("secrets"),
    ...files("configs"),
    ...[file["include"]].flat().flatMap((entry) => {
      const path = typeof entry === "string" ? entry : recordOf(entry)["path"];
      return [path].flat().flatMap((each) => named("include", each, "include"));
    }),
  ];
}

/** As a map, or a list of name=path; addresses and images are no paths. */
function namedContexts(given: unknown): readonly (readonly [string, string])[] {
  const pairs = Array.isArray(given)
    ? given.map((entry): readonly [string, unknown] => {
        const [name = "", ...path] = String(entry).split("=");
        return [name, path.join("=")];
      })
    : Object.entries(recordOf(given));
  return pairs.flatMap(([name, path]) =>
    typeof path === "string" && !/^[a-z][a-z+-]*:/.test(path) ? [[name, path] as const] : [],
  );
}

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  // Whatever a key of an object holds is unknown; that much is known of every object.
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
