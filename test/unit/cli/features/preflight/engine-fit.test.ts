import { describe, expect, test } from "vitest";

import {
  diskFinding,
  inodeFindings,
  inotifyFindings,
  engineFindings,
  memoryFinding,
} from "../../../../../cli/features/preflight/engine-fit.ts";
import type { EngineFacts } from "../../../../../cli/engine-host/engine-facts.ts";
import { problemsIn } from "../../../../../cli/lib/finding.ts";
import { service } from "../../../platform/blueprint/catalogues.ts";
import { blueprintOf } from "../../blueprints.ts";

const blueprint = {
  ...blueprintOf([service("small", { memory: "128MB" }), service("large", { memory: "1GB" })]),
  memoryMegabytes: 1152,
};

const facts: EngineFacts = {
  product: "Docker 20.10.24",
  api: "1.41",
  oldestApi: "1.12",
  os: "linux",
  architecture: "amd64",
  memoryMegabytes: 1152,
  processors: 2,
  storageDriver: "overlay2",
  cgroups: "2",
  limitsMemory: true,
  rootless: false,
  kernel: "6.1.0",
  name: "machine",
  folder: "/var/lib/docker",
};

const endpoint = { host: "unix:///var/run/docker.sock", source: "the default socket" };

const codes = (changes: Partial<EngineFacts>, wantedApi?: string): readonly string[] =>
  problemsIn(
    engineFindings(
      { ...facts, ...changes },
      endpoint,
      wantedApi === undefined ? {} : { dockerApi: wantedApi },
    ),
  ).map(({ code }) => code);

describe("an engine", () => {
  test("that has what the services may use is fine", () => {
    expect(codes({ architecture: "arm64" })).toEqual([]);
    expect(memoryFinding(blueprint, facts).verdict).toBe("ok");
  });

  test("of another make is refused for everything at once", () => {
    expect(codes({ architecture: "riscv64", os: "windows", api: "1.40" })).toEqual([
      "NSK-ENGINE-API",
      "NSK-ENGINE-NOT-LINUX",
      "NSK-ARCHITECTURE-UNSUPPORTED",
    ]);
  });

  test("speaks the version that the program plans for, or is refused", () => {
    expect(codes({ api: "1.44" }, "1.44")).toEqual([]);
    expect(codes({ api: "1.44" }, "1.45")).toEqual(["NSK-ENGINE-API"]);
    expect(codes({ api: "1.54", oldestApi: "1.44" }, "1.41")).toEqual([]);
  });

  test("that is too small is told of the largest services", () => {
    const { problem } = memoryFinding(blueprint, { ...facts, memoryMegabytes: 1000 });
    expect(problem?.message).toBe(
      "The services may use 1152 MB of memory together, and the engine has 1000 MB.",
    );
    expect(problem?.detail).toBe("The largest: large 1024 MB, small 128 MB.");
  });

  test("that copies layers, or does not limit memory, is noted and not refused", () => {
    const findings = engineFindings({ ...facts, storageDriver: "vfs", limitsMemory: false }, endpoint);
    expect(findings.filter(({ verdict }) => verdict === "note").map(({ name }) => name)).toEqual([
      "storage",
      "cgroups",
    ]);
  });

  test("without root has its socket elsewhere, which nobody can tell from another machine", () => {
    const rootless = (host: string, dockerSocket?: string): string | undefined =>
      engineFindings(
        { ...facts, rootless: true },
        { host, source: "DOCKER_HOST" },
        dockerSocket === undefined ? {} : { dockerSocket },
      ).find(({ name }) => name === "rootless")?.text;
    expect(rootless("unix:///run/user/1000/docker.sock")).toBe("yes");
    expect(rootless("ssh://machine")).toContain("NASIKO_DOCKER_SOCKET=/run/user/");
    expect(rootless("ssh://machine", "/run/user/1000/docker.sock")).toBe("yes");
  });
});

describe("a disk", () => {
  test.each([
    [80_000, "ok"],
    [5_000, "note"],
    [100, "problem"],
    [undefined, "ok"],
  ] as const)("with %s MB free is: %s", (free, verdict) => {
    expect(diskFinding("disk", "/var/lib/docker", free).verdict).toBe(verdict);
  });
});

describe("a machine", () => {
  test.each([
    [undefined, []],
    [0.5, []],
    [0.01, ["note"]],
    [0, ["problem"]],
  ])("with %s of its inodes free: %o", (free, verdicts) => {
    expect(inodeFindings("the engine", "/d", free).map(({ verdict }) => verdict)).toEqual(verdicts);
  });

  test.each([
    [undefined, []],
    [{ watches: 65_536, instances: 128 }, []],
    [{ watches: 8192, instances: 128 }, ["inotify"]],
    [{ watches: 524_288, instances: 64 }, ["inotify"]],
  ])("with the limits %o is told of %o", (limits, names) => {
    expect(inotifyFindings(limits).map(({ name }) => name)).toEqual(names);
  });
});
