import { z } from "zod";

import { defineSetting } from "./define-setting.ts";
import { interval, nameList, wholeIn } from "./schemas.ts";

/** A repository, with its registry's host unless that is Docker Hub; "/*" at the end: all below it. */
const REPOSITORY = /^[a-z0-9][a-z0-9._:/-]*(?:\/\*)?$/;

/** What users may upload, and what becomes of it. */
export const UPLOAD_SETTINGS = {
  agentBases: defineSetting({
    env: "NASIKO_AGENT_BASES",
    stackConfig: true,
    schema: nameList.refine((names) => names.every((name) => REPOSITORY.test(name))).optional(),
    default: undefined,
    allowed: "repositories with commas between, e.g. node,python,gcr.io/distroless/*",
    help: "Images that an uploaded agent may stand on, in any tag (default: the official images of languages and systems); never those of agents, of the platform, or of a registry on this machine",
  }),
  buildTimeout: defineSetting({
    env: "NASIKO_BUILD_TIMEOUT",
    stackConfig: true,
    schema: interval,
    default: "30m",
    allowed: "a time span from 1s on, e.g. 90s or 30m",
    help: "How long the build of an uploaded agent may take as a whole",
  }),
  agentImageSize: defineSetting({
    env: "NASIKO_AGENT_IMAGE_MB",
    stackConfig: true,
    schema: wholeIn(1, 100_000),
    default: "4096",
    allowed: "1 to 100000",
    help: "Megabytes that the image of an uploaded agent may have, its base included",
  }),
  agentMemory: defineSetting({
    env: "AGENT_MEMORY_MB",
    stackConfig: true,
    schema: wholeIn(16, 4096),
    default: "512",
    allowed: "16 to 4096",
    help: "Megabytes of memory that an uploaded agent may use",
  }),
  agentCpus: defineSetting({
    env: "AGENT_CPUS",
    stackConfig: true,
    schema: z
      .string()
      .regex(/^\d{1,2}(?:\.\d{1,2})?$/)
      .transform(Number)
      .refine((value) => value >= 0.01 && value <= 64),
    default: "1",
    allowed: "0.01 to 64",
    help: "Processors that an uploaded agent may use",
  }),
  uploadAgents: defineSetting({
    env: "NASIKO_UPLOAD_AGENTS",
    stackConfig: true,
    schema: wholeIn(1, 10_000),
    default: "20",
    allowed: "1 to 10000",
    help: "How many uploaded agents one user may have",
  }),
  uploadVersions: defineSetting({
    env: "NASIKO_UPLOAD_VERSIONS",
    stackConfig: true,
    schema: wholeIn(1, 1000),
    default: "10",
    allowed: "1 to 1000",
    help: "How many versions of each uploaded agent are kept, to go back to",
  }),
  uploadSize: defineSetting({
    env: "NASIKO_UPLOAD_MB",
    stackConfig: true,
    schema: wholeIn(1, 1_000_000),
    default: "2048",
    allowed: "1 to 1000000",
    help: "Megabytes that all uploads of one user may have, unpacked",
  }),
} as const;
