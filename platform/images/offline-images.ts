import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { imageJsonInvalid } from "./errors.ts";

/** What a folder below offline/ makes for a machine that reaches no image registry, as its image.json says. */
export interface OfflineImage {
  /** Relative to the root, e.g. "offline/rebuilds/redis". */
  readonly folder: string;
  /** The public image that it is used for, as Docker Hub calls it, e.g. "scale3labs/langtrace-client". */
  readonly of: string;
  /** What is really in it, e.g. "7.0.15" or "mongo-java-server 1.47.0". */
  readonly version: string;
  /** It answers what the platform asks, but it is another program than its name says. */
  readonly standIn: boolean;
  /** Why it is what it is, in one sentence. */
  readonly why: string;
  /** CPU seconds that a build takes, where they are many: the longest begins first. @default a few */
  readonly effort?: number | undefined;
}

/** Folders below offline/, and whether their images are other programs than the public ones. */
const KINDS = [
  { folder: "offline/bases", standIn: false },
  { folder: "offline/rebuilds", standIn: false },
  { folder: "offline/stand-ins", standIn: true },
] as const;

const description = z.strictObject({
  of: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._/-]*$/, 'no name of a public image, such as "redis" or "ollama/ollama"'),
  version: z.string().min(1, "no version"),
  standIn: z.boolean(),
  effort: z.int().positive().optional(),
  why: z.string().regex(/^\S.*\.$/, "no sentence that ends with a full stop"),
});

/**
 * Reads every offline/{bases,rebuilds,stand-ins}/⟨name⟩/image.json. A root without the folder offline/ has none.
 * @throws NSK-IMAGE-JSON-INVALID with all problems of all files
 */
export function readOfflineImages(root: string): readonly OfflineImage[] {
  const problems: string[] = [];
  const images = KINDS.flatMap((kind) =>
    imageFolders(root, kind.folder).flatMap((folder) => {
      const read = readDescription(root, folder, kind.standIn);
      if (read.ok) return [{ folder, ...read.description }];
      problems.push(...read.problems);
      return [];
    }),
  );
  for (const [index, { of, folder }] of images.entries()) {
    const first = images.findIndex((image) => image.of === of);
    if (first !== index)
      problems.push(`${folder}/image.json: of: ${images[first]?.folder ?? ""} is for ${of}, too`);
  }
  if (problems.length > 0) throw imageJsonInvalid({ problems });
  return images;
}

/** Git leaves nothing but installed packages of a folder that has moved: that is no image. */
function imageFolders(root: string, kind: string): readonly string[] {
  const path = join(root, kind);
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .filter((name) => readdirSync(join(path, name)).some((file) => file !== "node_modules"))
    .toSorted()
    .map((name) => `${kind}/${name}`);
}

type Description = Omit<OfflineImage, "folder">;
type Read =
  | { readonly ok: true; readonly description: Description }
  | { readonly ok: false; readonly problems: readonly string[] };

function readDescription(root: string, folder: string, standIn: boolean): Read {
  const file = `${folder}/image.json`;
  if (!existsSync(join(root, file))) return { ok: false, problems: [`${file} is missing`] };
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(join(root, file), "utf8"));
  } catch (error) {
    return { ok: false, problems: [`${file}: ${error instanceof Error ? error.message : String(error)}`] };
  }
  const parsed = description.safeParse(json);
  if (!parsed.success)
    return {
      ok: false,
      problems: parsed.error.issues.map(({ path, message }) =>
        [file, ...(path.length === 0 ? [] : [path.join(".")]), message].join(": "),
      ),
    };
  const problems = contradictions(parsed.data, standIn).map((problem) => `${file}: ${problem}`);
  return problems.length === 0 ? { ok: true, description: parsed.data } : { ok: false, problems };
}

function contradictions(image: Description, standIn: boolean): readonly string[] {
  const kind = image.standIn === standIn ? [] : [`standIn: it must be ${standIn} in this folder`];
  // The version of the same program is compared with the official image's; a stand-in's is another program's.
  const compared = image.standIn || /^\d/.test(image.version);
  return [...kind, ...(compared ? [] : ["version: it must begin with a number"])];
}
