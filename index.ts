import { readFileSync } from "node:fs";

import * as pulumi from "@pulumi/pulumi";

import { writeGeneratedDockerfiles } from "./components/docker/generated-dockerfiles.ts";
import { plainErrors } from "./components/plain-errors.ts";
import { Platform } from "./components/docker/platform.ts";
import { handedOver } from "./platform/blueprint/blueprint-file.ts";
import { type Blueprint, buildBlueprint } from "./platform/blueprint/blueprint.ts";
import { hashKeyOf } from "./platform/blueprint/hash-key.ts";
import { imagesOf } from "./platform/blueprint/images.ts";
import { isStandIn } from "./platform/images/substitute.ts";
import { packageFolder } from "./platform/package-folder.ts";
import { catalogue } from "./platform/services/catalogue.ts";
import { loadSettings } from "./platform/settings/load.ts";
import { bundleImages } from "./services/bundle/bundle.ts";

/** The blueprint: `nasiko` has built one already and hands it over, the Pulumi CLI alone does not. */
const blueprint = plainErrors(() => handedOver(process.env) ?? withNote(ownBlueprint()));
const { settings } = blueprint;

plainErrors(() => writeGeneratedDockerfiles(blueprint));

const platform = new Platform("nasiko", { blueprint });

/** Addresses for people, by label. */
export const urls = platform.urls;

/** Images that only stand in for the real thing. */
export const standIns = blueprint.images.filter(isStandIn).map((image) => image.name);

/** Who may use the platform; the next `up` does not forget it. */
export const authMode = settings.authMode;

/** What people log in with, secret; empty in mode `simple`, where nobody does. */
export const credentials = pulumi.secret(
  platform.superuser === undefined ? {} : { superuser: platform.superuser },
);

/** The program only declares: what builds start from has to be there before, and is said before anything starts. */
function withNote(planned: Blueprint): Blueprint {
  const bases = new Set(imagesOf(planned).flatMap((image) => (image.kind === "built" ? image.bases : [])));
  if (bases.size > 0)
    void pulumi.log.info(
      `Images are built on ${[...bases].join(", ")}: no registry has them, \`./nasiko images prepare\` makes them on this engine.`,
    );
  return planned;
}

function ownBlueprint(): Blueprint {
  // What is ours: images and sample agents.
  const root = packageFolder();
  // What is the user's: config, env files, agents. In a checkout it is the same folder; `pulumi` is started in it too.
  const program = process.cwd();
  const { settings: known, variable } = loadSettings({
    root: program,
    stack: pulumi.getStack(),
    environment: process.env,
    stackConfig: pulumi.runtime.allConfig(),
  });
  // An image is described by what goes into it: the bundles of our own services come first.
  bundleImages(root);
  const hashKey = hashKeyOf(pulumi.getStack(), passphrase);
  return buildBlueprint({ root, program, settings: known, catalogue, variable, hashKey });
}

/** What the Pulumi CLI opens the stack's secrets with, where it is a passphrase. */
function passphrase(): string | undefined {
  const { PULUMI_CONFIG_PASSPHRASE: text, PULUMI_CONFIG_PASSPHRASE_FILE: file } = process.env;
  return text ?? (file === undefined ? undefined : readFileSync(file, "utf8").trim());
}
