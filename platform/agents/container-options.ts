import { MEGABYTE } from "../../engine/formats/byte-size.ts";
import { shellWords } from "../../engine/formats/compose/shell-words.ts";
import type { GivenService } from "./compose-schema.ts";

/** How an agent's container runs, as far as its compose file may say so. */
export interface ContainerOptions {
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly memoryMegabytes?: number;
  /** E.g. "0.5". */
  readonly cpus?: string;
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly readOnly: boolean;
  /** Path to mount options. */
  readonly tmpfs: Readonly<Record<string, string>>;
  readonly shmMegabytes?: number;
  readonly workingDir?: string;
  readonly hostname?: string;
  readonly domainname?: string;
  readonly dns?: readonly string[];
  readonly dnsSearches?: readonly string[];
  readonly dnsOptions?: readonly string[];
  /** Names that the container knows besides those of its network. */
  readonly hosts?: readonly { readonly host: string; readonly ip: string }[];
  readonly ulimits?: readonly { readonly name: string; readonly soft: number; readonly hard: number }[];
  readonly tty?: true;
  readonly stdinOpen?: true;
  readonly stopSignal?: string;
  readonly stopGraceSeconds?: number;
}

interface OptionsReading {
  readonly options: ContainerOptions;
  /** What is left out or changed, by key. */
  readonly notes: readonly { readonly key: string; readonly text: string }[];
}

/** Seconds that an agent gets at most to end; a version that ends holds up the next one. */
const LONGEST_GRACE = 60;

/** What a service of a compose file says about its container. */
export function containerOptions(given: GivenService): OptionsReading {
  const notes: { key: string; text: string }[] = [];
  const { deploy, extra_hosts: extraHosts, stop_grace_period: grace } = given;
  const limits = deploy?.resources?.limits;
  const memoryMegabytes = given.mem_limit ?? limits?.memory;
  const cpus = given.cpus ?? limits?.cpus;
  const hosts = extraHosts.filter(({ ip }) => ip !== "host-gateway");
  if (hosts.length < extraHosts.length)
    notes.push({
      key: "extra_hosts",
      text: "host-gateway is left out: agents do not reach the machine's own services",
    });
  if (grace !== undefined && grace > LONGEST_GRACE)
    notes.push({ key: "stop_grace_period", text: `the agent gets ${LONGEST_GRACE} s to end, and no more` });
  if (given.entrypoint?.length === 0)
    notes.push({ key: "entrypoint", text: "it is empty, so that of the image stays" });
  const options: ContainerOptions = {
    ...filled("entrypoint", wordsOf(given.entrypoint ?? [])),
    ...filled("command", wordsOf(given.command ?? [])),
    ...some("memoryMegabytes", memoryMegabytes),
    ...some("cpus", cpus),
    ...some("user", given.user === "" ? undefined : given.user),
    ...filled("groups", given.group_add),
    readOnly: given.read_only,
    tmpfs: Object.fromEntries(given.tmpfs.map(splitTmpfs)),
    ...some("shmMegabytes", given.shm_size === undefined ? undefined : Math.ceil(given.shm_size / MEGABYTE)),
    ...some("workingDir", given.working_dir),
    ...some("hostname", given.hostname),
    ...some("domainname", given.domainname),
    ...filled("dns", given.dns),
    ...filled("dnsSearches", given.dns_search),
    ...filled("dnsOptions", given.dns_opt),
    ...filled("hosts", hosts),
    ...filled(
      "ulimits",
      Object.entries(given.ulimits).map(([name, { soft, hard }]) => ({ name, soft, hard })),
    ),
    ...(given.tty ? { tty: true } : {}),
    ...(given.stdin_open ? { stdinOpen: true } : {}),
    ...some("stopSignal", given.stop_signal),
    ...some("stopGraceSeconds", grace === undefined ? undefined : Math.min(LONGEST_GRACE, Math.ceil(grace))),
  };
  return { options, notes };
}

/** Docker takes an empty list for "as the image has it"; Compose as well, for a command. */
const wordsOf = (given: string | readonly string[]): readonly string[] =>
  typeof given === "string" ? shellWords(given) : given;

function some<Key extends string, Value>(key: Key, value: Value | undefined): Partial<Record<Key, Value>> {
  // The compiler does not see that a computed key is the key's own type.
  return value === undefined ? {} : ({ [key]: value } as Partial<Record<Key, Value>>);
}

const filled = <Key extends string, Item>(
  key: Key,
  list: readonly Item[],
): Partial<Record<Key, readonly Item[]>> => some(key, list.length === 0 ? undefined : list);

function splitTmpfs(entry: string): readonly [string, string] {
  const [path = "", ...options] = entry.split(":");
  return [path, options.join(":")];
}
