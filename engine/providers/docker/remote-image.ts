import type { RecordedResource, StepContext } from "../../core/provider.ts";
import type { PropertyMap } from "../../core/values.ts";
import { checkInputs } from "../schema/check.ts";
import { flag, map, records, refused, replaces, set, text, type Fields } from "../schema/fields.ts";
import { reader } from "../schema/reader.ts";
import { withoutDefaultMarks } from "../schema/strip.ts";
import { pullImage } from "./pull-image.ts";
import { tableDiff, type DockerContext, type ResourceKind } from "./resource-kind.ts";

/** Every argument of `docker.RemoteImage`. */
const REMOTE_IMAGE_FIELDS: Fields = {
  build: refused("docker.Image builds"),
  forceRemove: records(flag, "used when the image is removed"),
  keepLocally: records(flag, "used when the image is removed"),
  name: replaces(text, "another name is another image", { required: true }),
  platform: replaces(text, "an image of another platform is another image"),
  pullTriggers: replaces(set(text), "meant to"),
  triggers: replaces(map(text), "meant to"),
};

/** `docker.RemoteImage`: an image from a registry. One that is on the engine already is taken as it is. */
export function remoteImageKind(context: DockerContext): ResourceKind {
  return {
    type: "docker:index/remoteImage:RemoteImage",
    check: (_name, _olds, news) => Promise.resolve(checkInputs(REMOTE_IMAGE_FIELDS, news)),
    diff: (old, news) => tableDiff(REMOTE_IMAGE_FIELDS, old, news),
    create: async (news, step) => {
      const outputs = await provideImage(context, news, step);
      const id = reader(outputs).requiredText("id");
      await step.created(id);
      return { id, outputs };
    },
    update: (old, news) => Promise.resolve({ outputs: { ...old.outputs, ...withoutDefaultMarks(news) } }),
    delete: (old) => removeImage(context, old),
  };
}

async function provideImage(
  { client, clock, pulls, auth }: DockerContext,
  inputs: PropertyMap,
  step: StepContext,
): Promise<PropertyMap> {
  const get = reader(inputs);
  const name = get.requiredText("name");
  const platform = get.text("platform");
  if ((await client.image(name)) === undefined) {
    step.report("waiting for its turn to be pulled");
    await pulls.add(() =>
      pullImage(name, {
        client,
        clock,
        auth,
        signal: step.signal,
        report: (message) => step.report(message),
        ...(platform === undefined ? {} : { platform }),
      }),
    );
  }
  const image = await client.call(`inspect image ${name}`, (docker) => docker.getImage(name).inspect());
  return {
    ...withoutDefaultMarks(inputs),
    id: image.Id + name,
    imageId: image.Id,
    // Empty for an image that never saw a registry.
    repoDigest: image.RepoDigests[0] ?? "",
  };
}

/** Another container may still use the image: without force the engine refuses then, and says who. */
async function removeImage({ client }: DockerContext, old: RecordedResource): Promise<void> {
  const get = reader(old.inputs);
  if (get.flag("keepLocally") === true) return;
  const name = get.requiredText("name");
  const force = get.flag("forceRemove") === true;
  await client.find(`remove image ${name}`, (docker) => docker.getImage(name).remove({ force }));
}
