/** A tiny stack with one of everything that the platform is made of: data, a secret, a network, an image, a job, services. */
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

const config = new pulumi.Config("crash");
const stack = pulumi.getStack();
const version = config.require("version");
const base = config.require("base");
const name = (short: string): string => `nasiko-${stack}-${short}`;
const labels = (service: string): docker.types.input.ContainerLabel[] => [
  { label: "nasiko.stack", value: stack },
  { label: "nasiko.service", value: service },
];

const data = new docker.Volume("data", { name: name("data"), labels: labels("data") });
const password = new random.RandomPassword("password", { length: 20, special: false });
if (config.requireBoolean("running")) run();

function run(): void {
  const network = new docker.Network("network", { name: name("network"), labels: labels("network") });
  const image = new docker.Image("image", {
    imageName: `nasiko-test/${stack}:${version}`,
    skipPush: true,
    build: {
      context: "context",
      args: { BASE: base, VERSION: version },
      builderVersion: docker.BuilderVersion.BuilderV1,
    },
  });
  const volumes = [{ volumeName: data.name, containerPath: "/data" }];
  const job = new docker.Container("job", {
    name: name("job"),
    image: base,
    command: ["sh", "-c", 'test -f /data/first || echo "$SECRET" > /data/first'],
    envs: [pulumi.interpolate`SECRET=${password.result}`],
    labels: labels("job"),
    volumes,
    attach: true,
    mustRun: false,
  });
  const common = { command: ["sleep", "1000"], init: true, networksAdvanced: [{ name: network.name }] };
  // Keeps its name over versions: the old one has to go first.
  new docker.Container(
    "database",
    { ...common, name: name("database"), image: image.imageName, labels: labels("database"), volumes },
    { deleteBeforeReplace: true, dependsOn: [job] },
  );
  // Changes in place.
  new docker.Container("side", {
    ...common,
    name: name("side"),
    image: base,
    labels: labels("side"),
    memory: version === "1" ? 32 : 48,
    memorySwap: 64,
  });
  // Rolls: the new one comes before the old one goes.
  new docker.Container(`web-${version}`, {
    ...common,
    name: name(`web-${version}`),
    image: image.imageName,
    labels: labels(`web-${version}`),
    uploads: [{ file: "/version", content: version }],
    healthcheck: { tests: ["CMD", "test", "-f", "/version"], interval: "2s", timeout: "5s", retries: 5 },
    wait: true,
    waitTimeout: 60,
  });
}
