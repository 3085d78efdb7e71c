import { DURATION_FORM, formatDuration, parseDuration } from "../../formats/duration.ts";
import {
  atLeast,
  block,
  flag,
  integer,
  list,
  map,
  oneOf,
  records,
  refused,
  replaces,
  set,
  text,
  textLike,
  updates,
  type Fields,
  type Shape,
} from "../schema/fields.ts";

const LABELS = set(block({ label: { shape: text, required: true }, value: { shape: text, required: true } }));

/** A duration in Go's notation: "90s" is another way to write "1m30s", and no other duration. */
const DURATION = textLike(DURATION_FORM, 'a duration such as "5s"', (written) =>
  formatDuration(parseDuration(written, "ns") ?? 0, "ns"),
);

const HEALTHCHECK = block({
  tests: { shape: list(text) },
  interval: { shape: DURATION, default: "0s" },
  timeout: { shape: DURATION, default: "0s" },
  startPeriod: { shape: DURATION, default: "0s" },
  startInterval: { shape: DURATION, default: "0s" },
  retries: { shape: atLeast(0) },
});

const NETWORKS = set(
  block({
    name: { shape: text, required: true },
    aliases: { shape: set(text) },
    ipv4Address: { shape: text },
    ipv6Address: { shape: text },
    linkLocalIps: { shape: set(text) },
    macAddress: { shape: text },
    driverOpts: { shape: set(textLike(/=/, "of the form key=value")) },
    gwPriority: { shape: integer, refused: "it needs a newer engine than we ask for" },
  }),
);

const PORTS = list(
  block({
    internal: { shape: atLeast(1), required: true },
    external: { shape: atLeast(0) },
    ip: { shape: text, default: "0.0.0.0" },
    protocol: { shape: oneOf("tcp", "udp", "sctp"), default: "tcp" },
  }),
);

const VOLUMES = set(
  block({
    volumeName: { shape: text },
    hostPath: { shape: textLike(/^\//, "an absolute path") },
    containerPath: { shape: textLike(/^\//, "an absolute path") },
    fromContainer: { shape: text },
    readOnly: { shape: flag },
    selinuxRelabel: { shape: oneOf("z", "Z") },
  }),
);

const MOUNTS = set(
  block({
    target: { shape: text, required: true },
    source: { shape: text },
    type: { shape: oneOf("bind", "volume", "tmpfs"), required: true },
    readOnly: { shape: flag },
    bindOptions: {
      shape: block({
        propagation: { shape: oneOf("private", "rprivate", "shared", "rshared", "slave", "rslave") },
      }),
    },
    tmpfsOptions: { shape: block({ sizeBytes: { shape: atLeast(0) }, mode: { shape: atLeast(0) } }) },
    volumeOptions: { shape: text, refused: "use volumes instead" },
  }),
);

const UPLOADS = set(
  block({
    file: { shape: textLike(/^\//, "an absolute path"), required: true },
    content: { shape: text },
    contentBase64: { shape: textLike(/^[A-Za-z0-9+/]*={0,2}$/, "base64") },
    executable: { shape: flag },
    permissions: { shape: textLike(/^0[0-7]{3}$/, 'a mode such as "0400"') },
    owner: { shape: textLike(/^\d+$/, "a numeric user id") },
    group: { shape: textLike(/^\d+$/, "a numeric group id") },
    source: { shape: text, refused: "give the content" },
    sourceHash: { shape: text, refused: "give the content" },
  }),
);

const DEVICES = set(
  block({
    hostPath: { shape: text, required: true },
    containerPath: { shape: text },
    permissions: { shape: text, default: "rwm" },
  }),
);

const ULIMITS = set(
  block({
    name: { shape: text, required: true },
    soft: { shape: integer, required: true },
    hard: { shape: integer, required: true },
  }),
);

const PER_DEVICE_LIMIT = refused("limits per device are not part of this engine");
const fixed = (shape: Shape): Fields[string] => replaces(shape, "fixed when a container is created");
const limit = (shape: Shape): Fields[string] =>
  updates(shape, "Docker changes limits in place, but cannot take one away", { sticky: true });

/**
 * Every argument of `docker.Container` in @pulumi/docker 5.2.0, in the order of the SDK: its shape, and what a
 * change of it does. Unlike the official plugin nothing is "updated" by writing the state alone while the container
 * keeps the old value: what Docker cannot change in place replaces.
 */
export const CONTAINER_FIELDS: Fields = {
  attach: records(flag, "says whether `create` waits for the end"),
  capabilities: fixed(block({ adds: { shape: set(text) }, drops: { shape: set(text) } })),
  cgroupParent: fixed(text),
  cgroupnsMode: fixed(oneOf("private", "host")),
  command: fixed(list(textLike(/./s, "not empty"))),
  containerReadRefreshTimeoutMilliseconds: records(
    integer,
    "of no use to this provider, which never polls a read",
    {
      default: 15000,
    },
  ),
  cpuPeriod: limit(atLeast(0)),
  cpuQuota: limit(atLeast(0)),
  cpuSet: limit(textLike(/^\d+([,-]\d+)*$/, 'a set of CPUs such as "0-1"')),
  cpuShares: limit(atLeast(0)),
  cpus: fixed(textLike(/^(?:\d+(?:\.\d+)?|\.\d+)$/, 'a number of CPUs such as "1.5"')),
  destroyGraceSeconds: records(atLeast(0), "used when the container is removed"),
  deviceCgroupRules: fixed(set(text)),
  deviceReadBps: PER_DEVICE_LIMIT,
  deviceReadIops: PER_DEVICE_LIMIT,
  deviceRequests: refused("GPUs and CDI devices are not part of this engine"),
  deviceWriteBps: PER_DEVICE_LIMIT,
  deviceWriteIops: PER_DEVICE_LIMIT,
  devices: fixed(DEVICES),
  dns: fixed(set(text)),
  dnsOpts: fixed(set(text)),
  dnsSearches: fixed(set(text)),
  domainname: fixed(text),
  entrypoints: fixed(list(text)),
  envs: fixed(set(textLike(/=/, "of the form NAME=value"))),
  gpus: refused("GPUs and CDI devices are not part of this engine"),
  groupAdds: fixed(set(text)),
  healthcheck: replaces(HEALTHCHECK, "Docker runs the check that the container was created with"),
  hostname: fixed(text),
  hosts: fixed(set(block({ host: { shape: text, required: true }, ip: { shape: text, required: true } }))),
  image: replaces(text, "a container is made from one image", { required: true }),
  init: replaces(flag, "the init process is the container's first"),
  ipcMode: fixed(text),
  labels: replaces(LABELS, "Docker cannot change the labels of a container"),
  logDriver: fixed(text),
  logOpts: fixed(map(text)),
  logs: records(flag, "says whether `create` keeps the output of a job"),
  maxRetryCount: updates(atLeast(0), "part of the restart policy"),
  memory: limit(atLeast(0)),
  memoryReservation: limit(atLeast(0)),
  memorySwap: limit(atLeast(-1)),
  mounts: fixed(MOUNTS),
  mustRun: updates(flag, "a container that was found stopped is started again", { default: true }),
  name: replaces(text, "a new name is a new resource"),
  networkMode: replaces(text, "the mode is fixed when a container is created", { default: "bridge" }),
  networksAdvanced: replaces(NETWORKS, "another network or alias must not reach a running container unseen"),
  pidMode: fixed(text),
  platform: fixed(text),
  ports: replaces(PORTS, "published ports are fixed when a container is created"),
  privileged: fixed(flag),
  publishAllPorts: fixed(flag),
  readOnly: fixed(flag),
  removeVolumes: records(flag, "used when the container is removed", { default: true }),
  restart: updates(oneOf("no", "on-failure", "always", "unless-stopped"), "Docker changes it in place", {
    default: "no",
  }),
  rm: replaces(flag, "automatic removal is fixed when a container is created"),
  runtime: fixed(text),
  securityOpts: fixed(set(text)),
  shmSize: fixed(atLeast(0)),
  start: records(flag, "says whether `create` starts it", { default: true }),
  stdinOpen: fixed(flag),
  stopSignal: fixed(text),
  stopTimeout: fixed(atLeast(0)),
  storageOpts: fixed(map(text)),
  sysctls: fixed(map(text)),
  tmpfs: replaces(map(text), "mounts are made when a container starts for the first time"),
  tty: fixed(flag),
  ulimits: replaces(ULIMITS, "Docker accepts a change and does not apply it"),
  uploads: replaces(UPLOADS, "files are copied in before the start"),
  user: fixed(text),
  usernsMode: fixed(text),
  volumes: fixed(VOLUMES),
  wait: records(flag, "says whether `create` waits for health"),
  waitTimeout: records(atLeast(1), "says how long `create` waits for health", { default: 60 }),
  workingDir: fixed(text),
};
