import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import { imagesOf, type PlannedImage } from "../../../platform/blueprint/images.ts";
import { isStandIn } from "../../../platform/images/substitute.ts";
import { baseIdentity } from "../../../platform/images/base-recipes.ts";
import { describeSubstitute, type Substitute } from "../../../platform/images/substitute.ts";
import type { Handler } from "../define-command.ts";
import type { spec } from "./list.ts";
import { megabytes } from "../../render/amounts.ts";
import { table } from "../../render/table.ts";
import { blueprintOf } from "../../stack/blueprint/blueprint.ts";
import { choosePublicImages } from "../../stack/blueprint/choose-public-images.ts";
import { basesOf } from "../../stack/blueprint/prepare-images.ts";

/** An image of the stack and what became of it on the engine. */
interface ListedImage {
  readonly name: string;
  /** Where it comes from: see `ImageOrigin`; "base" is what builds start from. */
  readonly origin: string;
  readonly reference: string;
  /** By what its content is known. */
  readonly known: "digest" | "unverified" | "content";
  readonly digest: string | undefined;
  readonly standIn: boolean;
  /** What runs in place of the public image; undefined when it is what its name and tag say. */
  readonly substitute: Substitute | undefined;
  readonly present: boolean;
  /** Bytes on the engine, shared layers included. */
  readonly size: number | undefined;
}

export const handler: Handler<typeof spec> = async (context) => {
  const { docker } = context;
  await docker.ping();
  const choice = await choosePublicImages(context, docker, { record: false });
  const blueprint = await blueprintOf(context, choice);
  const planned = imagesOf(blueprint).map(describe);
  const bases = basesOf(blueprint).map((base) => {
    const { name, reference } = baseIdentity(base);
    const common = { digest: undefined, standIn: false, substitute: undefined } as const;
    return { name, reference, origin: "base", known: "content", ...common } as const;
  });
  const images = await Promise.all([...planned, ...bases].map((image) => lookUp(docker, image)));
  const header = ["IMAGE", "FROM", "REFERENCE", "KNOWN BY", "SIZE", "NOTE"];
  return {
    exitCode: 0,
    text: table([header, ...images.map(row)]),
    json: { ok: true, stack: context.stack, images },
  };
};

type Described = Omit<ListedImage, "present" | "size">;

function describe(image: PlannedImage): Described {
  const { name, origin, reference, substitute } = image;
  const common = { name, origin, reference, standIn: isStandIn(image), substitute };
  if (image.kind !== "pulled") return { ...common, known: "content", digest: undefined };
  return { ...common, known: image.verified ? "digest" : "unverified", digest: image.digest };
}

async function lookUp(docker: DockerClient, image: Described): Promise<ListedImage> {
  const found = await docker.image(image.reference);
  return { ...image, present: found !== undefined, size: found?.Size };
}

function row({ name, origin, reference, known, size, substitute }: ListedImage): readonly string[] {
  const shown = reference.replace(/@sha256:([0-9a-f]{12})[0-9a-f]+$/, "@sha256:$1…");
  return [
    name,
    origin,
    shown,
    known,
    size === undefined ? "missing" : megabytes(size),
    substitute === undefined ? "" : describeSubstitute(substitute),
  ];
}
