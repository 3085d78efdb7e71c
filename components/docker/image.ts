import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";

import type { BuiltImage, KeptImage, PlannedImage, PulledImage } from "../../platform/blueprint/images.ts";

/**
 * Declares an image.
 * @param name logical name in the program
 * @param platform e.g. "linux/amd64"; given, because the provider would insert the machine's own
 * @returns its reference, known in a preview already; who uses it starts when the image is there
 */
export function declareImage(
  name: string,
  image: PlannedImage,
  platform: string,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  switch (image.kind) {
    case "built":
      return declareBuild(name, image, platform, opts).imageName;
    case "pulled":
    case "kept":
      return declarePull(name, image, opts).name;
  }
}

/** Kept when it is no longer declared: another stack may run it, and going back to it costs no second pull. */
function declarePull(
  name: string,
  { reference }: PulledImage | KeptImage,
  opts: pulumi.CustomResourceOptions,
): docker.RemoteImage {
  return new docker.RemoteImage(name, { name: reference, keepLocally: true }, opts);
}

/**
 * An image that is built here stands under its content-hash tag: while the hash stays the same there is nothing to
 * build and nothing to replace. A generated Dockerfile is on disk by then, see `writeGeneratedDockerfiles`.
 */
function declareBuild(
  name: string,
  image: BuiltImage,
  platform: string,
  opts: pulumi.CustomResourceOptions,
): docker.Image {
  return new docker.Image(
    name,
    {
      imageName: image.reference,
      skipPush: true,
      build: {
        context: image.context,
        dockerfile: image.dockerfile.path,
        platform,
        // Named, because the provider's own choice differs between versions; the first every engine has.
        builderVersion:
          image.buildKit.length === 0
            ? docker.BuilderVersion.BuilderV1
            : docker.BuilderVersion.BuilderBuildKit,
        ...(Object.keys(image.args).length === 0 ? {} : { args: image.args }),
        ...(image.target === undefined ? {} : { target: image.target }),
      },
    },
    opts,
  );
}
