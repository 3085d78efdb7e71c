/** What becomes of a key of a service in an agent's compose file. */
export type Treatment =
  | "honoured"
  /** Networks, published ports, restarts and the like: an agent has them from the platform. */
  | "platform"
  /** Why it is left out. */
  | { readonly without: string };

const without = (reason: string): Treatment => ({ without: reason });

const ALONE = without("an agent is a container of its own");
const KERNEL = without("agents change nothing of the machine's kernel");
const CPU = without("agents share the processors evenly; `cpus` sets a limit");
const STORED = without("an agent gets files with its image, and values with `environment`");

/** Every key that the Compose specification has for a service. */
const KEYS: Readonly<Record<string, Treatment>> = {
  ...all("honoured", [
    ...["build", "command", "container_name", "cpus", "deploy", "dns", "dns_opt", "dns_search", "domainname"],
    ...["entrypoint", "env_file", "environment", "expose", "extra_hosts", "group_add", "hostname", "image"],
    ...["mem_limit", "read_only", "shm_size", "stdin_open", "stop_grace_period", "stop_signal", "tmpfs"],
    ...["tty", "ulimits", "user", "volumes", "working_dir"],
    // What they ask for is so anyway.
    ...["cap_drop", "memswap_limit"],
  ]),
  ...all("platform", [
    ...[
      "ports",
      "networks",
      "restart",
      "logging",
      "pull_policy",
      "attach",
      "develop",
      "scale",
      "mac_address",
    ],
  ]),
  ...all(without("agents are on the platform's network for agents"), ["network_mode", "driver_opts"]),
  ...all(ALONE, ["depends_on", "links", "external_links", "volumes_from", "provider", "models"]),
  ...all(without("agents run without capabilities"), ["cap_add"]),
  ...all(without("agents run without privileges"), [
    "privileged",
    "userns_mode",
    "use_api_socket",
    "credential_spec",
  ]),
  ...all(without("agents have no devices"), [
    "devices",
    "device_cgroup_rules",
    "gpus",
    "runtime",
    "blkio_config",
  ]),
  ...all(without("agents do not see other processes"), ["pid", "uts"]),
  ...all(without("agents share no memory with others"), ["ipc"]),
  ...all(KERNEL, [
    "sysctls",
    "oom_kill_disable",
    "oom_score_adj",
    "cgroup",
    "cgroup_parent",
    "mem_swappiness",
  ]),
  ...all(KERNEL, ["isolation", "storage_opt"]),
  ...all(CPU, ["cpu_count", "cpu_percent", "cpu_shares", "cpu_period", "cpu_quota", "cpuset"]),
  ...all(CPU, ["cpu_rt_runtime", "cpu_rt_period"]),
  ...all(STORED, ["configs"]),
  secrets: without("secrets are variables here: ./nasiko agent secret set"),
  healthcheck: without("the platform asks the agent for its card instead"),
  security_opt: without("no-new-privileges is set, and nothing else can be"),
  init: without("an init process always runs first"),
  pids_limit: without("the platform sets the limit of processes"),
  mem_reservation: without("only limits count: `mem_limit`"),
  platform: without("agents run on the machine's own platform"),
  labels: without("labels say what is the platform's"),
  annotations: without("labels say what is the platform's"),
  label_file: without("labels say what is the platform's"),
  profiles: without("the agent runs whenever the stack does"),
  post_start: without("nothing is run in agents from outside"),
  pre_stop: without("nothing is run in agents from outside"),
};

/** What becomes of a key; undefined: the Compose specification knows none of this name. */
export const treatmentOf = (key: string): Treatment | undefined =>
  Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;

function all(treatment: Treatment, keys: readonly string[]): Readonly<Record<string, Treatment>> {
  return Object.fromEntries(keys.map((key) => [key, treatment]));
}

/** Values that ask for nothing, or for what is so anyway. */
export const asksForNothing = (key: string, value: unknown): boolean =>
  value === null ||
  value === false ||
  value === "" ||
  (Array.isArray(value) && value.length === 0) ||
  (key === "init" && (value === true || value === "true")) ||
  (key === "security_opt" &&
    Array.isArray(value) &&
    value.every((option: unknown) => /^no-new-privileges(?::true)?$/.test(String(option))));

/** Keys of `build` that are honoured; the others are left out, with a note. */
export const BUILD_KEYS: ReadonlySet<string> = new Set([
  "context",
  "dockerfile",
  "args",
  "target",
  "secrets",
  "no_cache",
  "pull",
  "tags",
]);

/** Keys of the file that are honoured, or mean nothing for one container. */
export const FILE_KEYS: ReadonlySet<string> = new Set([
  ...["services", "version", "name", "networks", "volumes", "secrets"],
]);
