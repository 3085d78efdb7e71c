import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkContainerBody } from "../../../../services/docker-proxy/src/build/container-body.ts";
import type { BuildPolicy } from "../../../../services/docker-proxy/src/build/policy.ts";
import { BODY, HOST, LABELS, NAME, POLICY, withHost, withLabels } from "./bodies.ts";

const check = (body: unknown, name = NAME): ReturnType<typeof checkContainerBody> =>
  checkContainerBody(JSON.stringify(body), name, POLICY);

const without = (object: object, name: string): object =>
  Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));

test("a version of an agent may be created, with limits that the caller did not give", () => {
  const checked = check(BODY);
  expect(checked.kind === "allow" && JSON.parse(checked.json)).toEqual({
    Image: BODY.Image,
    Env: BODY.Env,
    Labels: LABELS,
    StopTimeout: 10,
    HostConfig: {
      ...HOST,
      MemorySwap: HOST.Memory,
      SecurityOpt: ["no-new-privileges:true"],
      CpuShares: 512,
      PidsLimit: 256,
      ReadonlyRootfs: false,
      Init: true,
      LogConfig: { Type: "json-file", Config: { "max-size": "10m", "max-file": "3" } },
    },
    NetworkingConfig: { EndpointsConfig: { "nasiko-local-agents": {} } },
  });
});

test("what says nothing, as clients send it, does not matter", () => {
  const empty = { Binds: null, Privileged: false, PidMode: "", CapAdd: [], Sysctls: {}, CpuShares: 0 };
  expect(check({ ...withHost(empty), Hostname: "", Volumes: null, Tty: false })).toEqual(check(BODY));
});

describe("of volumes", () => {
  const telemetryMount = { volume: "nasiko-local-agent-telemetry", path: "/nasiko-telemetry" };
  const mount = {
    ...{ Type: "volume", Source: telemetryMount.volume, Target: telemetryMount.path, ReadOnly: true },
    VolumeOptions: { NoCopy: true },
  };
  const decide = (mounts: unknown, known: BuildPolicy) =>
    checkContainerBody(JSON.stringify(withHost({ Mounts: mounts })), NAME, known).kind;

  test("an agent may have the one that the stack names, in no other way", () => {
    const known = { ...POLICY, telemetryMount };
    expect(decide([mount], known)).toBe("allow");
    expect(decide([], known)).toBe("allow");
    for (const other of [
      { ...mount, Source: "nasiko-local-redis-data" },
      { ...mount, Type: "bind", Source: "/" },
      { ...mount, Target: "/app" },
      { ...mount, ReadOnly: false },
      { ...mount, VolumeOptions: {} },
      { ...mount, VolumeOptions: { NoCopy: true, DriverConfig: { Name: "local" } } },
    ])
      expect(decide([other], known), JSON.stringify(other)).toBe("deny");
    expect(decide([mount, mount], known)).toBe("deny");
    expect(decide({ 0: mount }, known)).toBe("deny");
  });

  test("where the stack names none, an agent has none", () => {
    expect(decide([mount], POLICY)).toBe("deny");
  });
});

describe("a container is refused when", () => {
  test.each<readonly [string, unknown, RegExp]>([
    ["it binds a folder of the machine", withHost({ Binds: ["/:/host"] }), /Binds/],
    ["it mounts something", withHost({ Mounts: [{ Type: "bind", Source: "/", Target: "/h" }] }), /Mounts/],
    ["it takes another's volumes", withHost({ VolumesFrom: ["nasiko-local-mongodb"] }), /VolumesFrom/],
    ["it declares volumes", { ...BODY, Volumes: { "/data": {} } }, /Volumes/],
    ["it mounts memory with options", withHost({ Tmpfs: { "/run": "exec" } }), /Tmpfs/],
    ["it is privileged", withHost({ Privileged: true }), /Privileged/],
    ["it shares the machine's processes", withHost({ PidMode: "host" }), /PidMode/],
    ["it shares the machine's IPC", withHost({ IpcMode: "host" }), /IpcMode/],
    ["it shares the machine's host name", withHost({ UTSMode: "host" }), /UTSMode/],
    ["it leaves the user namespace", withHost({ UsernsMode: "host" }), /UsernsMode/],
    ["it shares the machine's cgroups", withHost({ CgroupnsMode: "host" }), /CgroupnsMode/],
    ["it chooses its cgroup", withHost({ CgroupParent: "/" }), /CgroupParent/],
    ["it is on the machine's network", withHost({ NetworkMode: "host" }), /NetworkMode/],
    ["it is inside another's network", withHost({ NetworkMode: "container:redis" }), /NetworkMode/],
    ["it is on the data network", withHost({ NetworkMode: "nasiko-local-data" }), /NetworkMode/],
    ["it names no network", { ...BODY, HostConfig: without(HOST, "NetworkMode") }, /NetworkMode/],
    [
      "it joins a second network",
      { ...BODY, NetworkingConfig: { EndpointsConfig: { "nasiko-network": {} } } },
      /nasiko-network/,
    ],
    [
      "it takes another's name on the network",
      {
        ...BODY,
        NetworkingConfig: { EndpointsConfig: { "nasiko-local-agents": { Aliases: ["kong"] } } },
      },
      /endpoint/,
    ],
    ["it gets a device", withHost({ Devices: [{ PathOnHost: "/dev/sda" }] }), /Devices/],
    ["it may use devices", withHost({ DeviceCgroupRules: ["a *:* rwm"] }), /DeviceCgroupRules/],
    ["it asks for a device", withHost({ DeviceRequests: [{ Count: -1 }] }), /DeviceRequests/],
    ["it gets a capability", withHost({ CapAdd: ["SYS_ADMIN"] }), /CapAdd/],
    ["it keeps capabilities", withHost({ CapDrop: ["NET_RAW"] }), /CapDrop/],
    ["it says nothing about capabilities", { ...BODY, HostConfig: without(HOST, "CapDrop") }, /CapDrop/],
    [
      "it switches seccomp off",
      withHost({ SecurityOpt: ["no-new-privileges", "seccomp=unconfined"] }),
      /SecurityOpt/,
    ],
    ["it may gain privileges", { ...BODY, HostConfig: without(HOST, "SecurityOpt") }, /SecurityOpt/],
    ["it shows the kernel's files", withHost({ MaskedPaths: [] }), /MaskedPaths/],
    ["it can write the kernel's files", withHost({ ReadonlyPaths: [] }), /ReadonlyPaths/],
    ["it joins groups", withHost({ GroupAdd: ["docker"] }), /GroupAdd/],
    ["it sets kernel parameters", withHost({ Sysctls: { "kernel.core_pattern": "x" } }), /Sysctls/],
    ["it picks a runtime", withHost({ Runtime: "other" }), /Runtime/],
    ["it changes who is killed first", withHost({ OomScoreAdj: -1000 }), /OomScoreAdj/],
    ["it invents hosts", withHost({ ExtraHosts: ["kong:10.0.0.1"] }), /ExtraHosts/],
    ["it links to another container", withHost({ Links: ["redis:redis"] }), /Links/],
    ["it publishes a port", withHost({ PortBindings: { "80/tcp": [{ HostPort: "80" }] } }), /PortBindings/],
    ["it publishes all ports", withHost({ PublishAllPorts: true }), /PublishAllPorts/],
    ["it has no memory limit", { ...BODY, HostConfig: without(HOST, "Memory") }, /Memory/],
    ["its memory limit is no limit", withHost({ Memory: 0 }), /Memory/],
    ["its memory limit is far too high", withHost({ Memory: 2 ** 40 }), /Memory/],
    ["it may swap without limit", withHost({ MemorySwap: -1 }), /MemorySwap/],
    ["it may start processes without limit", withHost({ PidsLimit: -1 }), /PidsLimit/],
    ["it comes back after it was stopped", withHost({ RestartPolicy: { Name: "always" } }), /Restart/],
    ["it is started again for ever", withHost({ RestartPolicy: { Name: "on-failure" } }), /Restart/],
    ["it writes its log elsewhere", withHost({ LogConfig: { Type: "syslog" } }), /LogConfig/],
    ["it removes itself", withHost({ AutoRemove: true }), /AutoRemove/],
    ["its command is no list of words", { ...BODY, Cmd: "sh -c true" }, /Cmd/],
    ["its command hides something", { ...BODY, Cmd: ["sh\0"] }, /Cmd/],
    ["it starts something else", { ...BODY, Entrypoint: ["sh"] }, /Entrypoint/],
    ["it is another user", { ...BODY, User: "0" }, /User/],
    ["a field is written in another case", { ...BODY, hostconfig: { Privileged: true } }, /hostconfig/],
    ["a field of the host part is", withHost({ privileged: true }), /privileged/],
    ["its image is no agent's", { ...BODY, Image: "nasiko/kong:fedcba9876543210" }, /Image/],
    ["its image is another agent's", { ...BODY, Image: "nasiko/agent-other:fedcba9876543210" }, /Image/],
    ["its image has no hash", { ...BODY, Image: "nasiko/agent-weather:latest" }, /Image/],
    ["it belongs to another stack", withLabels({ "nasiko.stack": "other" }), /nasiko\.stack/],
    ["it is no agent", withLabels({ "nasiko.kind": "service" }), /nasiko\.kind/],
    ["it says that the program made it", withLabels({ "nasiko.managed-by": "pulumi" }), /managed-by/],
    ["it claims to be a service", withLabels({ "nasiko.service": "redis" }), /nasiko\.service/],
    ["it has no version", withLabels({ "nasiko.hash": "" }), /nasiko\.hash/],
    ["its agent has no name", withLabels({ "nasiko.agent": "../x" }), /nasiko\.agent/],
    ["its port is none", withLabels({ "nasiko.port": "0" }), /nasiko\.port/],
    ["it has no labels", without(BODY, "Labels"), /Labels/],
    ["its environment is no list", { ...BODY, Env: { A: "b" } }, /Env/],
    ["its environment hides something", { ...BODY, Env: ["A=b\0C=d"] }, /Env/],
    ["the body is no object", [BODY], /object/],
  ])("%s", (_why, body, reason) => {
    expect(check(body)).toEqual({ kind: "deny", reason: expect.stringMatching(reason) as string });
  });

  test("but not for the words of its command, which are passed on", () => {
    const checked = check({ ...BODY, Cmd: ["serve", "--port", "80"] });
    expect(checked.kind === "allow" && JSON.parse(checked.json)).toMatchObject({
      Cmd: ["serve", "--port", "80"],
    });
  });

  test("its name is not that of its version", () => {
    for (const name of ["", "redis", `${NAME}0`, "nasiko-local-agent-weather-00000000", "nasiko-local-redis"])
      expect(check(BODY, name).kind).toBe("deny");
  });

  test("the body is not JSON", () => {
    expect(checkContainerBody("{", NAME, POLICY)).toEqual({ kind: "deny", reason: "the body is not JSON" });
  });
});

describe("for any body", () => {
  const extra = fc.dictionary(fc.string(), fc.jsonValue());
  const body = fc.record({ top: extra, host: extra, labels: extra }).map(({ top, host, labels }) => ({
    ...BODY,
    ...top,
    HostConfig: { ...HOST, ...host },
    Labels: { ...LABELS, ...labels },
  }));

  test("what is let through has the fields that are known, and the rights of an agent", () => {
    fc.assert(
      fc.property(fc.oneof(body, fc.jsonValue()), (given) => {
        const checked = check(given);
        if (checked.kind === "deny") return;
        const sent = JSON.parse(checked.json) as Record<string, object>;
        expect(Object.keys(sent)).toEqual([
          ...["Image", "Env", "Labels", "StopTimeout", "HostConfig", "NetworkingConfig"],
        ]);
        expect(sent["HostConfig"]).toMatchObject({
          NetworkMode: POLICY.agentsNetwork,
          CapDrop: ["ALL"],
          SecurityOpt: ["no-new-privileges:true"],
        });
        expect(sent["Labels"]).toEqual(LABELS);
      }),
      { numRuns: 500 },
    );
  });

  test("a field that is not known is refused, wherever it stands, unless it says nothing", () => {
    const value = fc.oneof(fc.string({ minLength: 1 }), fc.integer({ min: 1 }), fc.constant(true));
    const name = fc.string({ minLength: 1 }).filter((text) => !(text in BODY) && !(text in HOST));
    fc.assert(
      fc.property(name, value, (field, something) => {
        expect(check({ ...BODY, [`${field}~`]: something }).kind).toBe("deny");
        expect(check(withHost({ [`${field}~`]: something })).kind).toBe("deny");
      }),
    );
  });
});
