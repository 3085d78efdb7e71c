import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";

import type { PlannedImage } from "../platform/blueprint/images.ts";

/**
 * Declares an image that is built here under its content-hash tag: while the hash stays the same there is nothing
 * to build and nothing to replace.
 * @param name logical name in the program
 * @param platform e.g. "linux/amd64"; given, because the provider would insert the machine's own
 */
export function declareImage(
  name: string,
  image: PlannedImage,
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
function writeGenerated({ path, generated, generatedIgnore }: PlannedImage["dockerfile"]): void {
  if (generated !== undefined) writeIfChanged(path, generated);
  if (generatedIgnore !== undefined) writeIfChanged(`${path}.dockerignore`, generatedIgnore);
}

function writeIfChanged(path: string, content: string): void {
  if (existsSync(path) && readFileSync(path, "utf8") === content) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
