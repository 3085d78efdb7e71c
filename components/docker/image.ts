import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

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
 * build and nothing to replace.
 */
function declareBuild(
  name: string,
  image: BuiltImage,
  platform: string,
  opts: pulumi.CustomResourceOptions,
): docker.Image {
  writeGenerated(image.dockerfile);
  return new docker.Image(
    name,
    {
      imageName: image.reference,
      skipPush: true,
      build: {
        context: image.context,
        dockerfile: image.dockerfile.path,
        platform,
        // Named, because the provider's own choice differs between versions; this one every engine has.
        builderVersion: docker.BuilderVersion.BuilderV1,
        ...(Object.keys(image.args).length === 0 ? {} : { args: image.args }),
      },
    },
    opts,
  );
}

/** The provider reads the Dockerfile and its ignore file from disk, relative to the program's folder. */
function writeGenerated({ path, generated, generatedIgnore }: BuiltImage["dockerfile"]): void {
  if (generated !== undefined) writeIfChanged(path, generated);
  if (generatedIgnore !== undefined) writeIfChanged(`${path}.dockerignore`, generatedIgnore);
}

function writeIfChanged(path: string, content: string): void {
  if (existsSync(path) && readFileSync(path, "utf8") === content) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
