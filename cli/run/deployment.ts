import type { EngineEvent, EngineOptions, StackSnapshot } from "../../engine/core/engine.ts";
import { createDockerClient, type DockerClient } from "../../engine/providers/docker/client.ts";
import type { CommandContext } from "../context.ts";
import { readPassphrase } from "../home.ts";
import { dockerConfigFolder } from "./docker-config.ts";

/** Name of the Pulumi project, as in Pulumi.yaml: part of every URN and of the state's path. */
const PROJECT = "nasiko";

export interface DeploymentRequest {
  readonly context: CommandContext;
  /** Stack config on top of the file's, with full keys. */
  readonly overrides?: Readonly<Record<string, string>>;
  readonly onEvent: (event: EngineEvent) => void;
}

/** A client for the engine that DOCKER_HOST names. */
export const connectDocker = ({ environment }: CommandContext): DockerClient =>
  createDockerClient({ host: environment["DOCKER_HOST"] });

/** The context's stack as its state records it; undefined when it was never brought up. */
export async function stackSnapshot({ stack, home }: CommandContext): Promise<StackSnapshot | undefined> {
  const { readStack } = await import("../../engine/core/engine.ts");
  return readStack({ project: PROJECT, stack, home: home.folder, passphrase: readPassphrase(home) });
}

/** What the embedded engine needs to run our program on one stack. */
export async function engineOptions({
  context,
  overrides,
  onEvent,
}: DeploymentRequest): Promise<EngineOptions> {
  const { root, stack, environment, home, cancel, terminate } = context;
  const [{ createDockerProvider }, { createRandomProvider }, config] = await Promise.all([
    import("../../engine/providers/docker/docker-provider.ts"),
    import("../../engine/providers/random/random-provider.ts"),
    context.stackConfig(),
  ]);
  return {
    project: { name: PROJECT, root, main: "index.ts" },
    stack,
    config: { ...config.values, ...overrides },
    home: home.folder,
    passphrase: readPassphrase(home),
    providers: [
      createDockerProvider({
        root,
        host: environment["DOCKER_HOST"],
        dockerConfig: dockerConfigFolder(context),
      }),
      createRandomProvider(),
    ],
    environment: definedOnly(environment),
    onEvent,
    cancel,
    terminate,
  };
}

function definedOnly(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
