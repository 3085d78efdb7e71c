import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { parseDocument } from "yaml";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { parseDuration } from "../../../engine/formats/duration.ts";
import { agentEnvironment } from "../../../platform/agents/agent-environment.ts";
import { readAgent } from "../../../platform/agents/read-agent.ts";
import { composeBinary } from "../../support/compose-binary.ts";
import { file, plant, type Tree } from "../../unit/platform/images/trees.ts";

/** What the surroundings hold, for both. */
const SURROUNDINGS: Readonly<Record<string, string>> = { OUTER: "outer", EMPTY: "", PORT: "8000" };

/** One small compose file: lines of its service, and what lies beside it. */
interface Case {
  readonly service: readonly string[];
  readonly beside?: Tree;
  /** Lines at the top level. */
  readonly top?: readonly string[];
}
const service = (...lines: readonly string[]): Case => ({ service: lines });
const env = (...lines: readonly string[]): Case =>
  service("environment:", ...lines.map((line) => `  ${line}`));
const envFile = (content: string): Case => ({
  service: ["env_file: a.env"],
  beside: [file("a.env", content)],
});

const CASES: Readonly<Record<string, Case>> = {
  "texts as they are": env("A: plain", "B: 'single # quoted'", 'C: "double\\n"', "D: a # comment", "E: a#b"),
  "a list of variables": env("- A=1", "- B=a=b", "- C=", "- 'D=x y'"),
  "numbers without loss": env("A: 9007199254740993", "B: 12345678901234567", "C: -5", "D: 1.5", "E: 0.25"),
  "numbers that are no longer what they were": env("A: 007", "B: 20220113.10", "C: 1e3", "D: 0x1F", "E: 1.0"),
  "more of them": env(
    "A: 1_000",
    "B: 0o17",
    "C: +1",
    "D: .5",
    "E: 08",
    "F: 1.50",
    "G: 12345678901234567890123",
  ),
  "words that YAML 1.1 took for booleans": env("A: yes", "B: no", "C: on", "D: off", "E: y"),
  booleans: env("A: true", "B: false", "C: True", "D: FALSE"),
  "texts that look like numbers": env('A: "007"', "B: '20220113.10'", "C: !!str 1e3", 'D: "true"'),
  "times and versions": env("A: 12:30:45", "B: 1.2.3", "C: 10.0.0.1", "D: 1:20"),
  "multi-line texts": env("A: |", "  one", "  two", "B: >-", "  one", "  two"),
  variables: env("A: $OUTER", "B: ${OUTER}", "C: ${OUTER}x", "D: $OUTER.x", "E: a-$OUTER-b"),
  defaults: env("A: ${NONE:-d}", "B: ${NONE-d}", "C: ${EMPTY:-d}", "D: ${EMPTY-d}", "E: ${OUTER:-d}"),
  alternatives: env("A: ${OUTER:+s}", "B: ${NONE:+s}", "C: ${EMPTY:+s}", "D: ${EMPTY+s}", "E: ${NONE+s}"),
  "defaults within defaults": env("A: ${NONE:-${OUTER}}", "B: ${NONE:-${NO:-x}}", "C: ${NONE:-a$OUTER}"),
  "what a default may hold": env(
    "A: '${NONE:-{\"a\":1}}'",
    "B: ${NONE:-a:b}",
    "C: ${NONE:-a b}",
    "D: ${NONE:-}",
  ),
  "dollar signs": env("A: $$OUTER", "B: $${OUTER}", "C: $$$OUTER", "D: a$", "E: $5", "F: $$"),
  "what is required and there": env("A: ${OUTER:?no}", "B: ${EMPTY?no}"),
  "anchors and merges": {
    top: ["x-common: &common", "  A: 1", "  B: $OUTER"],
    service: ["environment:", "  <<: *common", "  B: own"],
  },
  "the folder's own file of variables": {
    service: ["environment:", "  A: ${OWN}", "  B: ${OUTER}"],
    beside: [file(".env", "OWN='a # b'\nOUTER=other\n")],
  },
  "an env file": envFile("A=1\nB = 2\n export C=3\n# comment\n\nD=a # comment\nE=a#b\nF=#x\n"),
  "quotes in an env file": envFile(
    `A="x # y"\nB='x # y' # c\nC="a\\nb\\t\\"c\\""\nD='a\\nb'\nE='it\\'s'\nF=a"b\n`,
  ),
  "variables in an env file": envFile(
    'A=${OUTER}\nB="${NONE:-d}"\nC=\'${OUTER}\'\nD=$A-x\nE="\\$A"\nF=$$A\nG=a$5\n',
  ),
  "surroundings before an env file's own": envFile("OUTER=file\nA=$OUTER\n"),
  "several lines in an env file": envFile("A=\"one\n# two\nthree\"\nB='x\ny'\nC=1\n"),
  "line ends of Windows": envFile("A=1\r\nB=\"x\"\r\nC='y'\r\n"),
  "a byte order mark": envFile("\uFEFFA=1\nB=2\n"),
  "names of env files": envFile("A.B=1\nC-D=2\n1E=3\nF: 4\nÄ=5\n"),
  "a name that the surroundings have": envFile("OUTER\nA=1\n"),
  "several env files, of which the last counts": {
    service: ["env_file: [a.env, b.env]", "environment:", "  C: own"],
    beside: [file("a.env", "A=1\nB=1\nC=1\n"), file("b.env", "B=2\nD=$A\n")],
  },
  "an env file that may be missing": {
    service: ["env_file:", "  - path: none.env", "    required: false", "  - path: ${NAME:-a}.env"],
    beside: [file("a.env", "A=1\n")],
  },
  "a raw env file": {
    service: ["env_file:", "  - path: a.env", "    format: raw"],
    beside: [file("a.env", "A=1\n")],
  },
  "a command as text": service(`command: serve --x "good day" 'a b' c\\ d \${PORT} \${NONE:-e f}`),
  "a command as list": service('command: [serve, "--port", "${PORT:-1}", "a b", "$$HOME"]'),
  "a command over lines": service("command: >", "  serve", "  --port ${PORT}"),
  "an entrypoint": service("entrypoint: [/run.sh]", "command: --x"),
  "a command that is empty": service("command: []"),
  "an entrypoint that is empty": service("entrypoint: []"),
  "a user": service('user: "${NONE:-1000}:${GID_:-5}"', "group_add: [mail, '5']"),
  "memory as text": service("mem_limit: ${M:-512m}"),
  "memory in other units": service("mem_limit: 1.5gb", "shm_size: 64M"),
  "memory as number": service("mem_limit: 268435456", "shm_size: '134217728'"),
  "limits of deploy": service('deploy: {resources: {limits: {memory: 300M, cpus: "0.5"}}}'),
  "more of deploy": service(
    "deploy: {replicas: 2, resources: {limits: {pids: 10}, reservations: {memory: 20M}}}",
  ),
  processors: service("cpus: 0.5", "cpu_shares: 100", 'cpuset: "0"'),
  "names and addresses": service(
    'extra_hosts: ["a:1.2.3.4", "b=::1"]',
    "hostname: h",
    "domainname: d.example",
    "dns: 9.9.9.9",
    "dns_search: [x.example]",
    "dns_opt: [use-vc]",
  ),
  "hosts as map": service("extra_hosts: {a: 1.2.3.4, b: host-gateway}"),
  "files in memory": service("tmpfs: [/run, '/tmp:mode=755,size=1m']", "read_only: true"),
  "one file system in memory": service("tmpfs: /run"),
  "its end": service("stop_signal: SIGINT", "stop_grace_period: 1m"),
  "a long end": service("stop_grace_period: 5m"),
  "a terminal": service("tty: true", "stdin_open: true", "working_dir: /srv/${PORT}"),
  "limits of processes": service(
    "ulimits: {nproc: 65535, nofile: {soft: 20000, hard: 40000}}",
    "pids_limit: 10",
  ),
  "flags out of variables": service('read_only: "${NONE:-true}"', 'tty: "${NONE:-false}"'),
  "volumes with a name": {
    service: ["volumes: ['data:/data', 'data:/ro:ro', {type: volume, source: data, target: /more}]"],
    top: ["volumes: {data: }"],
  },
  "volumes of the machine": service("volumes: ['./x:/y', '/etc:/z:ro', /anonymous]"),
  "what is built": {
    service: [
      "build:",
      "  context: ${DIR:-src}",
      "  dockerfile: D.${PORT}",
      "  args:",
      "    A: ${OUTER}",
      "    B: 1.5",
    ],
    beside: [file("src/D.8000", "FROM scratch\n")],
  },
  "the platform's business": {
    service: ["networks: [n]", "restart: always", "logging: {driver: json-file}", "ports: ['8000:5000']"],
    top: ["networks: {n: }"],
  },
  "what agents do not get": service(
    "privileged: true",
    "cap_add: [SYS_ADMIN]",
    "devices: ['/dev/null:/dev/x']",
    "pid: host",
    "ipc: host",
    "sysctls: {net.core.somaxconn: 1024}",
    "security_opt: ['seccomp:unconfined']",
  ),
  "a health check": service("healthcheck: {test: curl -f x, interval: 1m30s, retries: 3}"),
  "labels and platforms": service("labels: {a: 1}", "platform: linux/amd64", "init: false", "scale: 2"),
  secrets: { service: ["secrets: [s]"], top: ["secrets: {s: {file: ./s}}"] },
};

const root = mkdtempSync(join(tmpdir(), "nasiko-conformance-"));
let judge = "";
beforeAll(() => {
  judge = composeBinary();
}, 120_000);
afterAll(() => rmSync(root, { recursive: true }));

type Fields = Readonly<Record<string, unknown>>;
/** In what Compose prints, a dollar sign is doubled: it is a compose file again. */
const undouble = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value).replaceAll("$$", "$")) as unknown;

async function theirs(folder: string): Promise<Fields> {
  const { stdout } = await promisify(execFile)(judge, ["config", "--format", "json"], {
    cwd: folder,
    env: { PATH: process.env["PATH"], HOME: root, ...SURROUNDINGS },
  });
  const { services } = JSON.parse(stdout) as { readonly services: { readonly a: Fields } };
  return undouble(services.a) as Fields;
}

/** The same in the words of Compose, and everything that is noted. */
function ours(name: string): { readonly fields: Fields; readonly notes: string } {
  const lookup = (variable: string) => {
    const value = SURROUNDINGS[variable];
    return value === undefined ? undefined : { value, sensitive: false };
  };
  const { contract, problems, notes } = readAgent({
    root,
    folder: name,
    agent: "a",
    confined: false,
    outside: lookup,
  });
  if (contract === undefined) throw new Error(problems.map(({ message }) => message).join("\n"));
  const request = {
    agent: "a",
    folder: name,
    secrets: {},
    platform: {},
    outside: lookup,
    mayHave: () => true,
  };
  const filled = agentEnvironment({ ...request, contract });
  const { service: found } = contract;
  const args = agentEnvironment({
    ...request,
    contract: { ...contract, environment: found?.build?.args ?? [], envFiles: [] },
  });
  expect([...filled.problems, ...args.problems]).toEqual([]);
  const texts = (given: typeof filled.env): Fields =>
    Object.fromEntries(
      Object.entries(given).map(([key, value]) => [key, typeof value === "string" ? value : value.value]),
    );
  const megabytes = (count: number | undefined): string | undefined =>
    count === undefined ? undefined : String(count * 1024 * 1024);
  return {
    notes: notes.join("\n"),
    fields: {
      environment: texts(filled.env),
      command: found?.command,
      entrypoint: found?.entrypoint,
      user: found?.user,
      group_add: found?.groups,
      mem_limit: megabytes(found?.memoryMegabytes),
      shm_size: megabytes(found?.shmMegabytes),
      cpus: found?.cpus === undefined ? undefined : Number(found.cpus),
      extra_hosts: found?.hosts?.map(({ host, ip }) => `${host}=${ip}`),
      hostname: found?.hostname,
      domainname: found?.domainname,
      dns: found?.dns,
      dns_search: found?.dnsSearches,
      dns_opt: found?.dnsOptions,
      tmpfs: Object.entries(found?.tmpfs ?? {}).map(([path, how]) => (how === "" ? path : `${path}:${how}`)),
      read_only: found?.readOnly === true ? true : undefined,
      stop_signal: found?.stopSignal,
      stop_grace_period: found?.stopGraceSeconds,
      tty: found?.tty,
      stdin_open: found?.stdinOpen,
      working_dir: found?.workingDir,
      ulimits: found?.ulimits?.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      volumes: found?.volumes.map(({ name: source, path, readOnly }) => [source, path, readOnly]),
      build: found?.build && {
        context: found.build.context,
        dockerfile: found.build.dockerfile,
        args: texts(args.env),
      },
    },
  };
}

/** What Compose prints in forms of its own, in ours. */
function comparable(key: string, value: unknown): unknown {
  if (value === null) return undefined;
  if (key === "stop_grace_period") return parseDuration(value as string, "s");
  if (key === "ulimits")
    return Object.entries(value as Fields)
      .toSorted()
      .map(([name, limit]) =>
        typeof limit === "number" ? { name, soft: limit, hard: limit } : { name, ...(limit as object) },
      );
  if (key === "volumes")
    return (value as readonly Fields[]).map(({ type, source, target, read_only }) =>
      type === "volume" && source !== undefined
        ? [source, target, read_only ?? false]
        : [type, source, target],
    );
  if (key === "build") {
    const { context, dockerfile, args = {}, ...rest } = value as Fields;
    const relative = String(context).split("/").pop();
    const isOwn = relative === "folder";
    return {
      context: isOwn ? "." : relative,
      dockerfile: dockerfile === "Dockerfile" ? undefined : dockerfile,
      args,
      ...rest,
    };
  }
  return value;
}

const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === false ||
  (typeof value === "object" && Object.keys(value ?? {}).length === 0);

describe("an agent's compose file means what it means to Docker Compose 2.40.3, or a note says what does not", () => {
  test.each(Object.entries(CASES))("%s", async (name, { service: lines, beside = [], top = [] }) => {
    const place = name.replace(/\W+/g, "-");
    const folder = `${place}/folder`;
    const text = [...top, "services:", "  a:", ...lines.map((line) => `    ${line}`)];
    const built = lines.some((line) => line.startsWith("build"));
    const compose = [...text, ...(built ? [] : ["    build: ."]), ""].join("\n");
    plant(join(root, folder), [
      file("compose.yaml", compose),
      file("Dockerfile", "FROM scratch\n"),
      file("s"),
      ...beside,
    ]);
    const written = parseDocument(compose).toJS() as { readonly services: { readonly a: Fields } };
    const expected = withLimits(await theirs(join(root, folder)));
    const { fields, notes } = ours(folder);
    for (const [key, value] of Object.entries(expected)) {
      const [mine, other] = [fields[key], comparable(key, value)];
      if (isNothing(mine) && isNothing(other)) continue;
      if (Object.hasOwn(fields, key) && JSON.stringify(sorted(mine)) === JSON.stringify(sorted(other)))
        continue;
      // What Compose itself adds, as a network, nobody asked for.
      if (!Object.hasOwn(written.services.a, key)) continue;
      expect(
        differing(key, mine, other).filter((part) => !notes.includes(part)),
        notes,
      ).toEqual([]);
    }
    for (const key of Object.keys(fields))
      if (!isNothing(fields[key])) expect(expected, key).toHaveProperty(key);
  });

  test("with sixty small files", () => {
    expect(Object.keys(CASES).length).toBeGreaterThanOrEqual(60);
  });
});

/** Compose has two places for limits, and takes the one for the other. */
function withLimits({ deploy, ...rest }: Fields): Fields {
  const { resources = {}, ...others } = (deploy ?? {}) as {
    readonly resources?: { readonly limits?: Fields };
  };
  const { memory, cpus } = resources.limits ?? {};
  return {
    ...(memory === undefined ? {} : { mem_limit: memory }),
    ...(cpus === undefined ? {} : { cpus }),
    ...(Object.keys(others).length === 0 ? {} : { deploy: others }),
    ...rest,
  };
}

/** The parts of a key that are not the same, each of which has to stand in a note. */
function differing(key: string, mine: unknown, other: unknown): readonly string[] {
  if (key !== "environment") return [key === "volumes" ? "left out" : key];
  const values = mine as Fields;
  return Object.entries(other as Fields).flatMap(([name, value]) =>
    values[name] === value ? [] : [`${name} is ${String(values[name])} as it is written`],
  );
}

const sorted = (value: unknown): unknown =>
  Array.isArray(value) || typeof value !== "object" || value === null
    ? value
    : Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
