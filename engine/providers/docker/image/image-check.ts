import { stat } from "node:fs/promises";
import { join, posix } from "node:path";
import { dockerArchitecture } from "../../../formats/architecture.ts";
import { EngineError } from "../../../errors/define-error.ts";
import type { CheckResult } from "../../../core/provider.ts";
import { UNKNOWN, isMap, type PropertyMap } from "../../../core/values.ts";
import { checkInputs } from "../../schema/check.ts";
import { withoutDefaultMarks } from "../../schema/strip.ts";
import { contextDigest } from "./context-digest.ts";
import { IMAGE_FIELDS } from "./image-fields.ts";

type Failure = CheckResult["failures"][number];

/**
 * Checks the inputs of an image and adds what the official provider adds: context and Dockerfile when left out, the
 * platform of this machine, and the digest of the context, by which a changed file is a changed input.
 */
export async function checkImage(root: string, news: PropertyMap): Promise<CheckResult> {
  const checked = checkInputs(IMAGE_FIELDS, news);
  // The official provider marks no defaults here: this resource is not a bridged one.
  const inputs: PropertyMap = { buildOnPreview: false, ...withoutDefaultMarks(checked.inputs) };
  const failures = [...checked.failures, ...refusals(inputs)];
  if (failures.length > 0 || inputs["build"] === UNKNOWN) return { inputs, failures };
  const given = inputs["build"];
  const build = withPlaces(isMap(given) ? given : {}, given === undefined);
  const digest = await digestOf(root, build);
  return {
    inputs: {
      ...inputs,
      build: {
        ...build,
        platform: build["platform"] ?? hostPlatform(),
        ...(typeof digest === "string" ? { contextDigest: digest } : {}),
      },
    },
    failures: digest === undefined || typeof digest === "string" ? [] : [digest],
  };
}

function refusals(inputs: PropertyMap): readonly Failure[] {
  const { skipPush, buildOnPreview } = inputs;
  return [
    ...(skipPush === true || skipPush === UNKNOWN
      ? []
      : [{ property: "skipPush", reason: '"skipPush" must be true: images are not pushed by this engine' }]),
    ...(buildOnPreview === true
      ? [
          {
            property: "buildOnPreview",
            reason: '"buildOnPreview" must be false: a preview builds nothing here',
          },
        ]
      : []),
  ];
}

/** Context and Dockerfile with their defaults; a context in which to look for the latter may be unknown yet. */
function withPlaces(build: PropertyMap, whollyDefault: boolean): PropertyMap {
  const context = build["context"] ?? ".";
  if (whollyDefault) return { context, dockerfile: "Dockerfile" };
  const found =
    typeof context !== "string" || context === UNKNOWN ? UNKNOWN : posix.join(context, "Dockerfile");
  return { ...build, context, dockerfile: build["dockerfile"] ?? found };
}

/** The digest, undefined while it cannot be known, or why there is none. */
async function digestOf(root: string, build: PropertyMap): Promise<string | undefined | Failure> {
  const { context, dockerfile } = build;
  if (typeof context !== "string" || typeof dockerfile !== "string") return undefined;
  if (context === UNKNOWN || dockerfile === UNKNOWN) return undefined;
  if (!(await exists(join(root, dockerfile))))
    return { property: "build.dockerfile", reason: `there is no Dockerfile at ${dockerfile}` };
  if (!(await exists(join(root, context))))
    return { property: "build.context", reason: `there is no folder ${context}` };
  try {
    return await contextDigest(root, context, dockerfile);
  } catch (thrown) {
    if (!(thrown instanceof EngineError)) throw thrown;
    return { property: "build.context", reason: thrown.message };
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

const hostPlatform = (): string => `linux/${dockerArchitecture(process.arch)}`;
