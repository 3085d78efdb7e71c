import { readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { Readable } from "node:stream";
import type { default as Docker, ImageBuildOptions } from "dockerode";
import type { RecordedResource, StepContext } from "../../../core/provider.ts";
import { findExternalImages } from "../../../formats/external-images.ts";
import { isMap, secret, type PropertyMap } from "../../../core/values.ts";
import { reader } from "../../schema/reader.ts";
import type { ProxyArguments } from "../client-proxies.ts";
import { UNLIMITED } from "../client.ts";
import { buildFailed } from "../errors.ts";
import { tableDiff, type DockerContext, type ResourceKind } from "../resource-kind.ts";
import { buildArchive } from "./build-archive.ts";
import { createBuildOutput, eachMessage } from "./build-output.ts";
import { checkImage } from "./image-check.ts";
import { IMAGE_FIELDS } from "./image-fields.ts";

/** What builds need of what the resources of this package share. */
type ImageContext = Pick<DockerContext, "client" | "root" | "builds" | "plan" | "proxies">;

/** `docker.Image`, for images that stay on this machine: built, never pushed, never removed. */
export function imageKind(context: ImageContext): ResourceKind {
  return {
    type: "docker:index/image:Image",
    check: (_name, _olds, news) => checkImage(context.root, news),
    diff: (old, news) => ({ ...tableDiff(IMAGE_FIELDS, old, news), deleteBeforeReplace: false }),
    create: async (news, step) => {
      const outputs = await provideImage(context, news, step, false);
      const id = reader(news).requiredText("imageName");
      await step.created(id);
      return { id, outputs };
    },
    update: async (old, news, step) => ({
      outputs: await provideImage(context, news, step, changedUnderTag(old, news)),
    }),
    // An older image costs little and saves the build when a change is taken back.
    delete: () => Promise.resolve(),
  };
}

/** Whether a tag that exists is out of date. A tag that is made from the content is new when the content is. */
function changedUnderTag(old: RecordedResource, news: PropertyMap): boolean {
  return (
    old.inputs["imageName"] === news["imageName"] &&
    tableDiff(IMAGE_FIELDS, old, news).changed.includes("build")
  );
}

async function provideImage(
  context: ImageContext,
  inputs: PropertyMap,
  step: StepContext,
  rebuild: boolean,
): Promise<PropertyMap> {
  const { client, builds, plan } = context;
  const name = reader(inputs).requiredText("imageName");
  const existing = rebuild ? undefined : await client.image(name);
  if (existing !== undefined) return imageOutputs(inputs, existing.Id);
  step.report("waiting for its turn to be built");
  await basesReady(context, inputs);
  await builds.add(() => build(context, inputs, step), { priority: plan.effort?.(name) ?? 0 });
  const built = await client.call(`inspect image ${name}`, (docker) => docker.getImage(name).inspect());
  return imageOutputs(inputs, built.Id);
}

/** Before it takes a place among the builds: others can be made meanwhile. */
async function basesReady({ root, plan }: ImageContext, inputs: PropertyMap): Promise<void> {
  const { ready } = plan;
  if (ready === undefined) return;
  const dockerfile = await readFile(join(root, buildPlaces(inputs).dockerfile), "utf8");
  const args = reader(inputs).block("build")?.textMap("args") ?? {};
  const { images } = findExternalImages(dockerfile, args);
  await Promise.all(images.map(({ reference }) => ready(reference)));
}

async function build(context: ImageContext, inputs: PropertyMap, step: StepContext): Promise<void> {
  step.signal.throwIfAborted();
  const { client, root } = context;
  const name = reader(inputs).requiredText("imageName");
  const places = buildPlaces(inputs);
  const proxies = await context.proxies();
  const archive = await buildArchive(join(root, places.context), join(root, places.dockerfile));
  const output = createBuildOutput();
  // A file that changes while it is packed breaks the archive; the request would wait for the rest of it for ever.
  const broken = new AbortController();
  const body = Readable.from(archive.stream, { objectMode: false });
  body.on("error", (error) => broken.abort(error));
  try {
    const work = async (docker: Docker): Promise<void> => {
      const options = {
        ...buildOptions(inputs, proxies),
        dockerfile: archive.dockerfile,
        abortSignal: AbortSignal.any([step.signal, broken.signal]),
      };
      const take = (message: unknown): void => {
        for (const line of output.accept(message)) step.report(line);
      };
      if (!isBuildKit(inputs)) {
        await eachMessage(await docker.buildImage(body, options), take);
        return;
      }
      // Loaded where they are needed: most images are built without them.
      const { eachOfBuildKit } = await import("./buildkit-output.ts");
      const { withBuildSession } = await import("./build-session.ts");
      const secrets = context.plan.secrets?.(name) ?? new Map<string, Uint8Array>();
      await withBuildSession(docker, secrets, async (session) => {
        // The types do not know that the query may name one.
        const query: ImageBuildOptions & { readonly session: string } = { ...options, session };
        await eachOfBuildKit(await docker.buildImage(body, query), take);
      });
    };
    await client.call(`build ${name}`, work, UNLIMITED);
  } catch (thrown) {
    // A connection that we cut ourselves looks like an engine that went away.
    step.signal.throwIfAborted();
    broken.signal.throwIfAborted();
    throw thrown;
  } finally {
    body.destroy();
  }
  const message = output.error();
  if (message === undefined) return;
  throw buildFailed({
    image: name,
    step: output.step(),
    message,
    log: output.log(),
    command: buildCommand(inputs),
  });
}

const isBuildKit = (inputs: PropertyMap): boolean =>
  reader(inputs).block("build")?.text("builderVersion") === "BuilderBuildKit";

/**
 * The second version of the engine's builder. As a number, which the library's types do not know: for a text it would
 * open a session of its own, without secrets.
 */
const BUILDKIT = { version: 2 as unknown as "2" };

/**
 * Query of the builder for checked inputs.
 * @param proxies arguments that are none of the image's; its own of the same name count
 */
export function buildOptions(inputs: PropertyMap, proxies: ProxyArguments = {}): ImageBuildOptions {
  const get = reader(inputs);
  const build = get.block("build");
  const args = { ...proxies, ...build?.textMap("args") };
  const platform = build?.text("platform");
  const target = build?.text("target");
  const network = build?.text("network");
  return {
    t: get.requiredText("imageName"),
    ...(isBuildKit(inputs) ? BUILDKIT : { version: "1" as const }),
    rm: true,
    forcerm: true,
    ...(Object.keys(args).length === 0 ? {} : { buildargs: args }),
    ...(platform === undefined ? {} : { platform }),
    ...(target === undefined ? {} : { target }),
    ...(network === undefined ? {} : { networkmode: network }),
  };
}

/** The same build by hand. Arguments without their values: those may be secrets. */
function buildCommand(inputs: PropertyMap): string {
  const get = reader(inputs);
  const { context, dockerfile } = buildPlaces(inputs);
  const args = Object.keys(get.block("build")?.textMap("args") ?? {}).map((name) => `--build-arg ${name}`);
  return ["docker build", "-t", get.requiredText("imageName"), "-f", dockerfile, ...args, context].join(" ");
}

function buildPlaces(inputs: PropertyMap): { readonly context: string; readonly dockerfile: string } {
  const build = reader(inputs).block("build");
  return {
    context: build?.requiredText("context") ?? ".",
    dockerfile: build?.requiredText("dockerfile") ?? "Dockerfile",
  };
}

/**
 * Outputs as the official provider records them: among them a secret copy of the inputs, which is what it compares
 * the next inputs with. Without a push the digest is the image's id.
 */
export function imageOutputs(inputs: PropertyMap, imageId: string): PropertyMap {
  const get = reader(inputs);
  const name = get.requiredText("imageName");
  const { context, dockerfile } = buildPlaces(inputs);
  const { build } = inputs;
  const platform = isMap(build) ? build["platform"] : undefined;
  return {
    __inputs: secret(inputs),
    baseImageName: name,
    context,
    dockerfile: posix.relative(posix.normalize(context), posix.normalize(dockerfile)),
    imageName: name,
    registryServer: "",
    repoDigest: imageId,
    ...(platform === undefined ? {} : { platform }),
  };
}
