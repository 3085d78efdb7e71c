import { z } from "zod";

import { defineSetting } from "./define-setting.ts";

/** A host with an optional port and path, or an organisation of Docker Hub; no scheme, no slash at the end. */
const registryUrl = z
  .string()
  .transform((text) => text.replace(/\/$/, ""))
  .pipe(z.string().regex(/^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?::\d{1,5})?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/));

/** Where images come from. What is not set follows from the rest. */
export const IMAGE_SETTINGS = {
  images: defineSetting({
    env: "NASIKO_IMAGES",
    stackConfig: true,
    schema: z.enum(["registry", "build"]).optional(),
    default: undefined,
    allowed: "registry or build",
    help: "Where the platform's own images come from: pulled, or built here from services/ (default: registry if NASIKO_REGISTRY_URL is set, else build)",
  }),
  registryUrl: defineSetting({
    env: "NASIKO_REGISTRY_URL",
    stackConfig: true,
    schema: registryUrl.optional(),
    default: undefined,
    allowed: "a registry without scheme, e.g. registry.example:5000/acme",
    help: "Registry, and the path in it, that holds the platform's own images; `nasiko images publish` puts them there",
  }),
  version: defineSetting({
    env: "NASIKO_VERSION",
    stackConfig: true,
    schema: z.string().regex(/^\w[\w.-]{0,127}$/),
    default: "latest",
    allowed: "a tag: letters, digits, '.', '_', '-'",
    help: "Tag of the platform's own images in that registry",
  }),
  publicImages: defineSetting({
    env: "NASIKO_PUBLIC_IMAGES",
    stackConfig: true,
    schema: z.enum(["registry", "offline"]),
    default: "offline",
    allowed: "registry or offline",
    help: "Where third-party images come from: pulled, or equivalents built from offline/; `nasiko` decides it once for a new stack, by whether a registry answers",
  }),
} as const;
