import { z } from "zod";

import { MEGABYTE, parseByteSize } from "../../engine/formats/byte-size.ts";
import { parseDuration } from "../../engine/formats/duration.ts";

/** As the document has them: numbers are texts already. */
const scalar = z
  .union([z.string(), z.number(), z.boolean()], "it is neither text nor number")
  .transform(String);
const variables = z.union(
  [z.record(z.string(), z.union([scalar, z.null()])), z.array(scalar)],
  "it is neither a map nor a list of KEY=value",
);
const words = z.union([z.string(), z.array(scalar)], "it is neither a text nor a list of texts");
const oneOrMore = <Item extends z.ZodType>(item: Item) =>
  z.union([item.transform((only): z.output<Item>[] => [only]), z.array(item)]);
/** As YAML 1.1 and Compose have it. */
const flag = (what: string) =>
  z.union(
    [
      z.boolean(),
      z.stringbool({ truthy: ["true", "y", "yes", "on", "1"], falsy: ["false", "n", "no", "off", "0"] }),
    ],
    `${what} is neither true nor false`,
  );
/** As Compose has it: b, k, m, g, with or without a second b; bytes. */
const size = z
  .union([z.string(), z.number()])
  .transform(String)
  .transform((text) => parseByteSize(text) ?? Number.NaN)
  .refine((bytes) => !Number.isNaN(bytes), "it is no size like 256m");
const memory = size
  .transform((bytes) => Math.floor(bytes / MEGABYTE))
  .refine((megabytes) => megabytes >= 6, "it is below 6m, the least that Docker takes");
const processors = scalar.refine(
  (text) => /^(?:\d+(?:\.\d+)?|\.\d+)$/.test(text) && Number(text) > 0,
  "it is no number of processors",
);
const duration = scalar
  .transform((text) => parseDuration(text, "s") ?? Number.NaN)
  .refine((seconds) => !Number.isNaN(seconds), "it is no duration like 30s");
const wholeNumber = scalar.refine((text) => /^-?\d+$/.test(text), "it is no whole number").transform(Number);
const hosts = z.union(
  [
    z
      .record(z.string(), oneOrMore(scalar))
      .transform((map) => Object.entries(map).flatMap(([host, ips]) => ips.map((ip) => ({ host, ip })))),
    z.array(z.string()).transform((list, context) =>
      list.map((entry) => {
        const [, host = "", ip = ""] = /^([^=:]+)[=:]\[?([^\]]+)\]?$/.exec(entry) ?? [];
        if (host === "")
          context.addIssue({ code: "custom", message: `${JSON.stringify(entry)} is not host=address` });
        return { host, ip };
      }),
    ),
  ],
  "it is neither a map nor a list of host=address",
);
const ulimit = z.union([
  wholeNumber.transform((both) => ({ soft: both, hard: both })),
  z.looseObject({ soft: wholeNumber, hard: wholeNumber }),
]);
const volume = z.union([
  z.string().transform((text) => ({ text })),
  z.looseObject({
    type: z.string(),
    source: z.string().optional(),
    target: z.string(),
    read_only: flag("read_only").optional(),
  }),
]);

const buildSecret = z.union([
  z.string().transform((source) => ({ source, target: undefined })),
  z.looseObject({ source: z.string(), target: z.string().optional() }),
]);
/** Where a secret of the file comes from; what is external only another program knows. */
const secretSource = z.looseObject({
  environment: z.string().optional(),
  file: z.string().optional(),
});

export type GivenBuildSecret = z.output<typeof buildSecret>;

export const ServiceSchema = z.looseObject({
  container_name: scalar.optional(),
  image: z.string("image is no text").optional(),
  build: z
    .union([
      z.string().transform((context) => ({
        context,
        dockerfile: undefined,
        args: undefined,
        target: undefined,
        secrets: undefined,
      })),
      z.looseObject({
        context: z.string().default("."),
        dockerfile: z.string().optional(),
        args: variables.nullish(),
        target: scalar.optional(),
        secrets: z.array(buildSecret, "secrets is no list").nullish(),
      }),
    ])
    .optional(),
  environment: variables.nullish(),
  env_file: oneOrMore(
    z.union([
      z.string().transform((path) => ({ path, required: true, format: undefined })),
      z.looseObject({
        path: z.string(),
        required: flag("required").default(true),
        format: z.string().optional(),
      }),
    ]),
  ).nullish(),
  entrypoint: words.nullish(),
  command: words.nullish(),
  mem_limit: memory.optional(),
  cpus: processors.optional(),
  deploy: z
    .looseObject({
      resources: z
        .looseObject({
          limits: z.looseObject({ memory: memory.optional(), cpus: processors.optional() }).nullish(),
        })
        .nullish(),
    })
    .nullish(),
  user: scalar.optional(),
  read_only: flag("read_only").default(false),
  tty: flag("tty").default(false),
  stdin_open: flag("stdin_open").default(false),
  tmpfs: oneOrMore(z.string()).default([]),
  shm_size: size.optional(),
  working_dir: z.string("working_dir is no text").optional(),
  hostname: z.string("hostname is no text").optional(),
  domainname: z.string("domainname is no text").optional(),
  dns: oneOrMore(z.string()).default([]),
  dns_search: oneOrMore(z.string()).default([]),
  dns_opt: oneOrMore(z.string()).default([]),
  group_add: z.array(scalar, "group_add is no list").default([]),
  extra_hosts: hosts.default([]),
  ulimits: z.record(z.string(), ulimit).default({}),
  stop_signal: z.string("stop_signal is no text").optional(),
  stop_grace_period: duration.optional(),
  volumes: z.array(volume, "volumes is no list").default([]),
  ports: z.array(z.unknown(), "ports is no list").default([]),
  expose: z.array(scalar, "expose is no list").default([]),
});

export const ComposeFileSchema = z.looseObject({
  services: z.record(z.string(), ServiceSchema, "services is no map"),
  volumes: z.record(z.string(), z.unknown(), "volumes is no map").nullish(),
  secrets: z.record(z.string(), secretSource, "secrets is no map").nullish(),
});

export type GivenSecrets = z.output<typeof ComposeFileSchema>["secrets"];

export type GivenService = z.output<typeof ServiceSchema>;
