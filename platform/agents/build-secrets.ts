import type { GivenBuildSecret, GivenSecrets } from "./compose-schema.ts";

/** One secret of a build; its value is a variable's, or a file's. */
export interface BuildSecret {
  /** By which the Dockerfile asks for it. */
  readonly id: string;
  readonly from: { readonly variable: string } | { readonly file: string };
  readonly line: number;
}

export interface ReadSecrets {
  /** With their places in the list of the build. */
  readonly found: readonly (Omit<BuildSecret, "line"> & { readonly index: number })[];
  readonly problems: readonly { readonly index: number; readonly reason: string }[];
}

/** Which secrets a build asks for, and where the file says that their values are. */
export function readBuildSecrets(
  asked: readonly GivenBuildSecret[],
  declared: NonNullable<GivenSecrets>,
): ReadSecrets {
  const found: ReadSecrets["found"][number][] = [];
  const problems: ReadSecrets["problems"][number][] = [];
  for (const [index, { source, target }] of asked.entries()) {
    const { environment, file } = (Object.hasOwn(declared, source) ? declared[source] : undefined) ?? {};
    const id = target ?? source;
    if (environment !== undefined) found.push({ id, from: { variable: environment }, index });
    else if (file !== undefined) found.push({ id, from: { file }, index });
    else
      problems.push({ index, reason: `secret ${source} comes from no variable and no file of this folder` });
  }
  return { found, problems };
}
