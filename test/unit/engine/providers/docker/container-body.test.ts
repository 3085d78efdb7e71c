import { extract } from "tar-stream";
import { describe, expect, test } from "vitest";
import type { PropertyMap } from "../../../../../engine/core/values.ts";
import { containerBody, updateBody } from "../../../../../engine/providers/docker/container-body.ts";
import { checkContainer } from "../../../../../engine/providers/docker/container-check.ts";
import { endpoints } from "../../../../../engine/providers/docker/endpoints.ts";
import { probeOf } from "../../../../../engine/providers/docker/health.ts";
import { uploadArchive, uploadedFiles } from "../../../../../engine/providers/docker/uploads.ts";

function checked(inputs: PropertyMap): PropertyMap {
  const result = checkContainer({ name: "c", image: "x", ...inputs });
  expect(result.failures).toEqual([]);
  return result.inputs;
}

describe("the body of create", () => {
  test("says little when little is said", () => {
    expect(containerBody(checked({}))).toEqual({
      name: "c",
      Image: "x",
      Labels: {},
      ExposedPorts: {},
      Volumes: {},
      HostConfig: {
        RestartPolicy: { Name: "no", MaximumRetryCount: 0 },
        Init: false,
        NetworkMode: "bridge",
        ExtraHosts: [],
        Devices: [],
        Mounts: [],
        VolumesFrom: [],
        Ulimits: [],
        PortBindings: {},
        Binds: [],
      },
    });
  });

  test("translates what our services use", () => {
    const body = containerBody(
      checked({
        command: ["sleep", "1"],
        entrypoints: ["/bin/sh"],
        envs: ["A=b"],
        user: "1:2",
        labels: [{ label: "nasiko.stack", value: "local" }],
        memory: 64,
        memorySwap: -1,
        cpus: "0.5",
        shmSize: 1,
        ports: [
          { internal: 80, external: 9100, ip: "127.0.0.1" },
          { internal: 80, external: 9101, ip: "::1" },
          { internal: 53, protocol: "udp" },
        ],
        volumes: [
          { volumeName: "data", containerPath: "/data" },
          { hostPath: "/var/run/docker.sock", containerPath: "/sock", readOnly: true },
          { containerPath: "/anonymous" },
          { fromContainer: "other" },
        ],
        healthcheck: { tests: ["CMD", "x"], interval: "1m30s", timeout: "250ms", retries: 3 },
        securityOpts: ["no-new-privileges:true", "systempaths=unconfined"],
        capabilities: { adds: ["CAP_CHOWN"], drops: ["ALL"] },
        logDriver: "json-file",
        logOpts: { "max-size": "1m" },
        hosts: [{ host: "h", ip: "10.0.0.1" }],
        readOnly: true,
        tmpfs: { "/tmp": "size=1m" },
        restart: "on-failure",
        maxRetryCount: 3,
        stopSignal: "SIGINT",
        cgroupnsMode: "private",
      }),
    );
    expect(body).toMatchObject({
      Cmd: ["sleep", "1"],
      Entrypoint: ["/bin/sh"],
      Env: ["A=b"],
      User: "1:2",
      StopSignal: "SIGINT",
      Labels: { "nasiko.stack": "local" },
      ExposedPorts: { "80/tcp": {}, "53/udp": {} },
      Volumes: { "/data": {}, "/sock": {}, "/anonymous": {} },
      Healthcheck: { Test: ["CMD", "x"], Interval: 90e9, Timeout: 250e6, StartPeriod: 0, Retries: 3 },
      HostConfig: {
        Memory: 64 * 1024 * 1024,
        MemorySwap: -1,
        NanoCpus: 5e8,
        ShmSize: 1024 * 1024,
        PortBindings: {
          "80/tcp": [
            { HostIp: "127.0.0.1", HostPort: "9100" },
            { HostIp: "::1", HostPort: "9101" },
          ],
          "53/udp": [{ HostIp: "0.0.0.0", HostPort: "0" }],
        },
        Binds: ["data:/data:rw", "/var/run/docker.sock:/sock:ro"],
        VolumesFrom: ["other"],
        SecurityOpt: ["no-new-privileges:true"],
        MaskedPaths: [],
        ReadonlyPaths: [],
        CapAdd: ["CAP_CHOWN"],
        CapDrop: ["ALL"],
        LogConfig: { Type: "json-file", Config: { "max-size": "1m" } },
        ExtraHosts: ["h:10.0.0.1"],
        ReadonlyRootfs: true,
        Tmpfs: { "/tmp": "size=1m" },
        RestartPolicy: { Name: "on-failure", MaximumRetryCount: 3 },
        CgroupnsMode: "private",
      },
    });
  });

  test("leaves out the start interval unless it is asked for: older engines refuse the field", () => {
    const health = (inputs: PropertyMap): object | undefined =>
      containerBody(checked({ healthcheck: inputs })).Healthcheck;
    expect(health({ tests: ["CMD", "x"] })).not.toHaveProperty("StartInterval");
    expect(health({ tests: ["CMD", "x"], startInterval: "1s" })).toHaveProperty("StartInterval", 1e9);
  });
});

describe("the body of update", () => {
  test("moves memory and swap together, so that Docker does not refuse", () => {
    expect(updateBody(checked({ memory: 64 }))).toMatchObject({ Memory: 64 << 20, MemorySwap: 128 << 20 });
    expect(updateBody(checked({ memory: 64, memorySwap: 64 }))).toMatchObject({ MemorySwap: 64 << 20 });
    expect(updateBody(checked({}))).toEqual({ RestartPolicy: { Name: "no", MaximumRetryCount: 0 } });
  });
});

test("networks keep their aliases and options", () => {
  const inputs = checked({
    networksAdvanced: [{ name: "n", aliases: ["a"], driverOpts: ["k=v=w"] }, { name: "m" }],
  });
  expect(endpoints(inputs)).toEqual([
    {
      network: "n",
      settings: {
        Aliases: ["a"],
        IPAMConfig: { IPv4Address: "", IPv6Address: "", LinkLocalIPs: [] },
        DriverOpts: { k: "v=w" },
      },
    },
    {
      network: "m",
      settings: { Aliases: [], IPAMConfig: { IPv4Address: "", IPv6Address: "", LinkLocalIPs: [] } },
    },
  ]);
});

describe("the probe behind a health check", () => {
  test.each([
    [
      ["CMD", "a", "b"],
      ["a", "b"],
    ],
    [
      ["CMD-SHELL", "a b"],
      ["/bin/sh", "-c", "a b"],
    ],
    [["NONE"], undefined],
    [[], undefined],
  ])("%j", (tests, command) => {
    expect(probeOf({ Test: tests, Timeout: 2e9 })).toEqual(
      command === undefined ? undefined : { command, timeout: 2000 },
    );
  });

  test("runs in the image's own shell, and has Docker's default timeout", () => {
    expect(probeOf({ Test: ["CMD-SHELL", "x"] }, ["/bin/ash", "-c"])).toEqual({
      command: ["/bin/ash", "-c", "x"],
      timeout: 30_000,
    });
    expect(probeOf(undefined)).toBeUndefined();
  });
});

describe("uploaded files", () => {
  const files = uploadedFiles(
    checked({
      uploads: [
        { file: "/etc/z", content: "ä" },
        { file: "/etc/a", contentBase64: "AAEC", permissions: "0400", owner: "999", group: "998" },
        { file: "/run.sh", content: "#!", executable: true },
      ],
    }),
  );

  test("have mode, owner and content, in the order of their paths", () => {
    expect(files).toEqual([
      { path: "/etc/a", mode: 0o400, uid: 999, gid: 998, content: Buffer.from([0, 1, 2]) },
      { path: "/etc/z", mode: 0o644, uid: 0, gid: 0, content: Buffer.from("ä") },
      { path: "/run.sh", mode: 0o744, uid: 0, gid: 0, content: Buffer.from("#!") },
    ]);
  });

  test("are packed to equal bytes every time", async () => {
    const archive = await uploadArchive(files);
    expect(archive.equals(await uploadArchive(files))).toBe(true);
    const found: unknown[] = [];
    const reader = extract();
    reader.end(archive);
    for await (const entry of reader) {
      const { name, mode, uid, gid, mtime } = entry.header;
      found.push([name, mode, uid, gid, mtime.getTime()]);
      entry.resume();
    }
    expect(found).toEqual([
      ["etc/a", 0o400, 999, 998, 0],
      ["etc/z", 0o644, 0, 0, 0],
      ["run.sh", 0o744, 0, 0, 0],
    ]);
  });
});
