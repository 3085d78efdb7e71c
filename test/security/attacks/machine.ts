import { execFile } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createHash } from "node:crypto";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import grpc from "@grpc/grpc-js";
import resourceServices from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import resources from "@pulumi/pulumi/proto/resource_pb.js";
import structs, { type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb.js";
import { expect } from "vitest";

import { type Attack, BOTH, defineAttacks } from "../support/attack.ts";
import { withCard } from "../support/become.ts";
import { listenersOf } from "../support/listeners.ts";
import { MALLORY } from "../support/mallory.ts";
import type { World } from "../support/world.ts";

/** "nobody" and its group, on every Linux. */
const NOBODY = 65_534;

/** What another user of this machine gets who connects to a socket: "connected", or the error's code. */
const connectedAsNobody = (path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const script = `require("node:net").connect(process.argv[1])
      .on("connect", () => { console.log("connected"); process.exit(0); })
      .on("error", ({ code }) => console.log(code));`;
    execFile(
      process.execPath,
      ["-e", script, path],
      { uid: NOBODY, gid: NOBODY, cwd: "/", env: {} },
      (error, stdout) => {
        if (error === null) resolve(stdout.trim());
        else reject(new Error("another user cannot run Node", { cause: error }));
      },
    );
  });

const isShared = (mode: number): boolean => (mode & 0o077) !== 0;

/** Sockets and ports of a command, looked for as long as it runs. */
async function listeningDuring(
  world: World,
  args: readonly string[],
  onSocket: (path: string) => Promise<void>,
): Promise<{ readonly sockets: ReadonlySet<string>; readonly ports: ReadonlySet<number> }> {
  const variable = `NASIKO_HOME=${world.stack.home}`;
  const sockets = new Set<string>();
  const ports = new Set<number>();
  const stopped = new AbortController();
  const ended = world.nasiko(args).finally(() => {
    stopped.abort();
  });
  while (!stopped.signal.aborted) {
    const found = listenersOf(variable);
    for (const port of found.ports) ports.add(port);
    const fresh = found.sockets.filter((path) => !sockets.has(path));
    for (const path of fresh) {
      sockets.add(path);
      await onSocket(path);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await ended;
  return { sockets, ports };
}

/** Containers by which whoever may start one is root on the machine. */
const ROOT_BY_CONTAINER: Readonly<Record<string, Readonly<Record<string, JavaScriptValue>>>> = {
  privileged: { privileged: true },
  folder: { volumes: [{ hostPath: "/", containerPath: "/host" }] },
  socket: { volumes: [{ hostPath: "/var/run/docker.sock", containerPath: "/var/run/docker.sock" }] },
  namespace: { pidMode: "host" },
  capability: { capabilities: { adds: ["CAP_SYS_ADMIN"] } },
};

/** What a client of the engine says: Pulumi's own protocol. @returns "registered", or why not */
function register(
  path: string,
  resource: {
    readonly type: string;
    readonly name: string;
    readonly inputs?: Readonly<Record<string, JavaScriptValue>>;
  },
): Promise<string> {
  const client = new resourceServices.ResourceMonitorClient(
    `unix://${path}`,
    grpc.credentials.createInsecure(),
  );
  const request = new resources.RegisterResourceRequest();
  request.setType(resource.type);
  request.setName(resource.name);
  request.setCustom(resource.inputs !== undefined);
  request.setObject(structs.Struct.fromJavaScript({ ...resource.inputs }));
  return new Promise((resolve) => {
    client.registerResource(request, (error) => {
      client.close();
      resolve(error === null ? "registered" : error.details);
    });
  });
}

/** A folder that is gone afterwards. */
async function withFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "nasiko-attack-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the operator's machine holds, which nobody gave to a folder of somebody else. */
const STOLEN = "the-operators-own-secret";

/** Lines of a service in a compose file that try to get at it, and the code of the refusal. */
const THEFTS: readonly (readonly [string, readonly string[]])[] = [
  ["NSK-AGENT-REACHES-OUT", ["build: { context: .. }"]],
  ["NSK-AGENT-REACHES-OUT", ["build: { context: ., dockerfile: ../Dockerfile.theirs }"]],
  ["NSK-AGENT-REACHES-OUT", ["build: .", "env_file: ../secret.env"]],
  ["NSK-AGENT-REACHES-OUT", ["build: .", "env_file: linked.env"]],
  ["NSK-AGENT-REACHES-OUT", ["build: linked"]],
  ["NSK-AGENT-VARIABLE-UNGIVEN", ["build: .", "environment: [AWS_SECRET_ACCESS_KEY]"]],
  ["NSK-AGENT-VARIABLE-UNGIVEN", ["build: .", "environment: { X: '${AWS_SECRET_ACCESS_KEY}' }"]],
  ["NSK-AGENT-VARIABLE-UNGIVEN", ["build: { context: ., args: [AWS_SECRET_ACCESS_KEY] }"]],
  ["NSK-AGENT-VARIABLE", ["build: .", "environment: { X: '${MONGO_ROOT_PASSWORD}' }"]],
];

/** A folder of somebody else, as it was cloned: an agent that reaches for what lies beside it. */
function writeThief(beside: string, lines: readonly string[]): string {
  const folder = join(beside, "thief");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  writeFileSync(join(beside, "secret.env"), `STOLEN=${STOLEN}\n`);
  writeFileSync(join(beside, "Dockerfile.theirs"), "FROM node:24-bookworm-slim\n");
  writeFileSync(join(folder, "Dockerfile"), "FROM node:24-bookworm-slim\nCMD sleep 60\n");
  symlinkSync("../secret.env", join(folder, "linked.env"));
  symlinkSync("..", join(folder, "linked"));
  const service = lines.map((line) => `    ${line}`).join("\n");
  writeFileSync(join(folder, "docker-compose.yml"), `services:\n  thief:\n${service}\n    mem_limit: 64m\n`);
  return folder;
}

/** What a terminal would obey: an escape, a bell, a control character of eight bits, a change of direction. */
// eslint-disable-next-line no-control-regex -- these are what is looked for
const OBEYED = /\u001b[\]c]|\u001b\[\d*[A-HJK]|[\u0007\u0080-\u009f\u202e]/;

/** Everything that a command writes to a terminal. */
const onTerminal = (world: World, args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const line = ["./nasiko", "--stack", world.stack.name, ...args].join(" ");
    execFile(
      "script",
      ["--quiet", "--return", "--command", line, "/dev/null"],
      { env: { ...world.stack.environment(world.settings), TERM: "xterm-256color" }, encoding: "latin1" },
      (error, stdout) => {
        if (error === null) resolve(Buffer.from(stdout, "latin1").toString("utf8"));
        else reject(new Error(`${line}: ${stdout}`));
      },
    );
  });

/** A snapshot in the home, with its manifest. */
interface Taken {
  readonly folder: string;
  readonly id: string;
}

const MANIFEST = "snapshot.json";

/** The parts of a manifest that somebody would change. */
interface Written {
  volumes: { volume: string; file: string; bytes: number; sha256: string }[];
  authMode: string;
  stack: string;
}

/** Ways to change a snapshot that lies there; what a thief of backups, or a neighbour of a shared disk, could do. */
const TAMPERS: Readonly<Record<string, (taken: Taken, manifest: Written) => void>> = {
  "another mode": (_taken, manifest) => (manifest.authMode = "enterprise"),
  "another stack": (_taken, manifest) => (manifest.stack = "somebody-else"),
  "an archive cut": ({ folder }, { volumes: [first] }) => {
    const file = join(folder, first?.file ?? "");
    writeFileSync(file, readFileSync(file).subarray(0, -1));
  },
  "an archive changed, its checksum made new": ({ folder }, { volumes: [first] }) => {
    if (first === undefined) throw new Error("the snapshot has no volume");
    const changed = Buffer.concat([readFileSync(join(folder, first.file)), Buffer.from("x")]);
    writeFileSync(join(folder, first.file), changed);
    first.bytes = changed.length;
    first.sha256 = createHash("sha256").update(changed).digest("hex");
  },
  "two archives exchanged": (_taken, { volumes: [first, second] }) => {
    if (first === undefined || second === undefined) throw new Error("the snapshot has no two volumes");
    [first.volume, second.volume] = [second.volume, first.volume];
  },
  "an archive from elsewhere": (_taken, { volumes: [first] }) => {
    if (first !== undefined) first.file = "../../passphrase";
  },
};

/** What other users of this machine, folders of somebody else and what agents write do to the operator. */
export const MACHINE_ATTACKS: readonly Attack[] = defineAttacks([
  {
    id: "S-05",
    name: "monitor_of_a_running_command",
    modes: ["simple"],
    run: async (world) => {
      if (process.getuid?.() !== 0) throw new Error("another user can only be played by root");
      await withFolder(async (folder) => {
        // Open to everybody, so that a refusal below is the socket's own.
        chmodSync(folder, 0o755);
        const path = join(folder, "socket");
        const server = createServer((socket) => socket.destroy());
        await new Promise<void>((resolve) => server.listen({ path, writableAll: true }, resolve));
        expect(await connectedAsNobody(path)).toBe("connected");
        server.close();
      });
      const answers: string[] = [];
      const { sockets, ports } = await listeningDuring(world, ["preview"], async (path) => {
        expect(statSync(dirname(path), { throwIfNoEntry: false })?.mode ?? 0, path).not.toSatisfy(isShared);
        answers.push(await connectedAsNobody(path));
      });
      expect(sockets.size).toBeGreaterThan(0);
      expect(answers).toContain("EACCES");
      expect(answers).not.toContain("connected");
      expect([...ports]).toEqual([]);
      return "EACCES: a socket in a folder of the operator's own, and no port";
    },
  },
  {
    id: "X-03",
    name: "policies_see_what_is_registered",
    modes: ["simple"],
    run: async (world) => {
      const told: string[] = [];
      await listeningDuring(world, ["preview"], async (path) => {
        if (told.length > 0) return;
        told.push(await register(path, { type: "mallory:test:Component", name: "open" }));
        for (const [name, inputs] of Object.entries(ROOT_BY_CONTAINER))
          told.push(
            await register(path, {
              type: "docker:index/container:Container",
              name,
              inputs: { name: `nasiko-${world.stack.name}-${name}`, image: "any", ...inputs },
            }),
          );
      });
      const [open, ...others] = told;
      expect(open).toBe("registered");
      expect(others).toHaveLength(Object.keys(ROOT_BY_CONTAINER).length);
      for (const text of others) expect(text).toMatch(/was not made: it breaks a rule/);
      return "what would make somebody root is refused by the rules, whoever registers it";
    },
  },
  {
    id: "S-20",
    name: "compose_env_exfiltration",
    modes: ["simple"],
    run: (world) =>
      withFolder(async (beside) => {
        const extra = { AWS_SECRET_ACCESS_KEY: STOLEN };
        const { NASIKO_AGENTS: agents = "" } = world.settings;
        const preview = async (lines: readonly string[]) => {
          const folder = writeThief(beside, lines);
          return world.nasiko(["preview", "--json"], {
            ...extra,
            NASIKO_AGENTS: `${agents},thief=${folder}`,
          });
        };
        const honest = await preview(["build: .", "environment: { OWN: 'x' }"]);
        expect(honest.stdout).toContain("thief");
        for (const [code, lines] of THEFTS) {
          const { exitCode, stdout, stderr } = await preview(lines);
          expect(exitCode, lines.join("; ")).toBe(11);
          expect(stdout + stderr, lines.join("; ")).toContain(code);
          expect(stdout + stderr).not.toContain(STOLEN);
        }
        return `${THEFTS.length} ways to the operator's files and variables, each refused with its line`;
      }),
  },
  {
    id: "S-24",
    name: "terminal_escapes",
    modes: ["simple"],
    run: async (world) => {
      const logs = await onTerminal(world, ["local", "logs", MALLORY, "--tail", "all"]);
      expect(logs).toContain("said at the start");
      expect(logs).not.toMatch(OBEYED);
      await withCard(world, "escapes", async () => {
        for (const args of [
          ["local", "agents"],
          ["local", "status"],
        ]) {
          const told = await onTerminal(world, args);
          expect(told, args.join(" ")).toContain(MALLORY);
          expect(told, args.join(" ")).not.toMatch(OBEYED);
        }
      });
      return "shown as text: in logs, in the list of agents and in the status";
    },
  },
  {
    id: "S-27",
    name: "tampered_snapshot",
    modes: ["simple"],
    restarts: true,
    run: async (world) => {
      const taking = await world.nasiko(["local", "snapshot", "--json"]);
      expect(taking, taking.stderr).toMatchObject({ exitCode: 0 });
      await world.nasiko(["local", "wait"]);
      await expect
        .poll(() => world.othersAreServed().then(() => "served", String), {
          timeout: 180_000,
          interval: 1000,
        })
        .toBe("served");
      const snapshots = join(world.stack.home, "snapshots");
      const [id = ""] = readdirSync(snapshots);
      const folder = join(snapshots, id);
      const restore = async (): Promise<string> => {
        const { exitCode, stdout, stderr } = await world.nasiko(["local", "restore", id, "--yes"]);
        expect(exitCode).not.toBe(0);
        return stdout + stderr;
      };
      // Whole, it is refused for the data that is there: so what is said below is of the snapshot itself.
      expect(await restore()).toContain("NSK-RESTORE-OVER-DATA");
      await withFolder(async (kept) => {
        cpSync(folder, kept, { recursive: true });
        for (const [name, tamper] of Object.entries(TAMPERS)) {
          const manifest = JSON.parse(readFileSync(join(folder, MANIFEST), "utf8")) as Written;
          tamper({ folder, id }, manifest);
          writeFileSync(join(folder, MANIFEST), JSON.stringify(manifest));
          const told = await restore();
          expect(told, name).toMatch(/NSK-SNAPSHOT-(?:DAMAGED|UNKNOWN)/);
          cpSync(kept, folder, { recursive: true, force: true });
        }
      });
      return `${Object.keys(TAMPERS).length} changes, each told before a byte is restored`;
    },
  },
  {
    id: "S-28",
    name: "exported_compose_file",
    modes: BOTH,
    run: (world) =>
      withFolder(async (folder) => {
        const file = join(folder, "compose.yaml");
        const planted = join(folder, "planted.yaml");
        // One that everybody may read was there before.
        writeFileSync(planted, "", { mode: 0o666 });
        chmodSync(planted, 0o666);
        const mask = process.umask(0);
        try {
          for (const path of [file, planted]) {
            const told = await world.nasiko(["export", "compose", "--keep-data", "--output", path]);
            expect(told, told.stderr).toMatchObject({ exitCode: 0 });
            expect(readFileSync(path, "utf8")).toContain("services:");
            expect([path, statSync(path).mode & 0o777]).toEqual([path, 0o600]);
          }
        } finally {
          process.umask(mask);
        }
        return "0600, whatever the umask and whatever was there";
      }),
  },
]);
