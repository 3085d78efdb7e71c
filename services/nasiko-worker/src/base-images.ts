import { z } from "zod";

/** What stands in for a public base image where no registry answers. */
const BaseImageSchema = z.object({
  /** On Docker Hub, without "library/". */
  repository: z.string(),
  /** Regular expression that the tag has to match. */
  tags: z.string(),
  /** What is there instead, e.g. "nasiko/base-node:0123456789ab". */
  reference: z.string(),
  /** Says what is in it, for the content hash: "base-node@v1:…". */
  identity: z.string(),
});
export type BaseImage = Readonly<z.output<typeof BaseImageSchema>>;
export const BaseImagesSchema = z.array(BaseImageSchema);

export interface MappedDockerfile {
  /** The Dockerfile with other bases; every other byte is as it was. */
  readonly text: string;
  /** Identities of the bases that were put in. */
  readonly bases: readonly string[];
}

/**
 * Puts the bases that are there in the place of public ones, in `FROM` lines and in `--from=` of COPY. What it does
 * not understand (a base in a variable, a line over several lines) stays as it is, and the builder says what it misses.
 */
export function mapBases(dockerfile: string, bases: readonly BaseImage[]): MappedDockerfile {
  const used = new Set<string>();
  const stages = new Set<string>();
  const replace = (reference: string): string => {
    if (stages.has(reference.toLowerCase())) return reference;
    const base = bases.find((candidate) => stands(candidate, reference));
    if (base === undefined) return reference;
    used.add(base.identity);
    return base.reference;
  };
  const lines = dockerfile.split("\n").map((line) => {
    const [, head, image, rest] = /^(\s*FROM\s+(?:--\S+\s+)*)(\S+)(.*)$/is.exec(line) ?? [];
    if (head !== undefined && image !== undefined) {
      const mapped = `${head}${replace(image)}${rest ?? ""}`;
      const [, stage] = /^\s+AS\s+(\S+)/i.exec(rest ?? "") ?? [];
      if (stage !== undefined) stages.add(stage.toLowerCase());
      return mapped;
    }
    return line.replace(
      /^(\s*COPY\s+(?:--\S+\s+)*--from=)(\S+)/i,
      (_all, before: string, from: string) => `${before}${replace(from)}`,
    );
  });
  return { text: lines.join("\n"), bases: [...used] };
}

function stands({ repository, tags }: BaseImage, reference: string): boolean {
  const [name = ""] = reference.split("@");
  const colon = name.lastIndexOf(":");
  const tagged = colon > name.lastIndexOf("/");
  const short = (tagged ? name.slice(0, colon) : name)
    .replace(/^(?:index\.)?docker\.io\//, "")
    .replace(/^library\//, "");
  return short === repository && new RegExp(tags).test(tagged ? name.slice(colon + 1) : "latest");
}
