import { join } from "node:path";

import type { EngineEvent, EngineOptions, StackSnapshot } from "../../../engine/core/engine.ts";
import type { BuildPlan } from "../../../engine/providers/docker/resource-kind.ts";
import { INSTALLED } from "../../../platform/package-folder.ts";
import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import type { Violation } from "../../../policies/evaluate.ts";
import { today } from "../../lib/today.ts";
import { OWNERSHIP } from "../../engine-host/ownership.ts";
import type { CommandContext } from "../context.ts";
import { heldVolumes } from "./held-volumes.ts";
import { readPassphrase } from "../home/home.ts";
import { checkpointFile, PROJECT } from "./checkpoint-file.ts";
import { dockerConfigFolder } from "../../engine-host/docker-config.ts";

export interface DeploymentRequest {
  readonly context: CommandContext;
  /** Stack config on top of the file's, with full keys. */
  readonly overrides?: Readonly<Record<string, string>>;
  readonly onEvent: (event: EngineEvent) => void;
  /**
   * What the program is to declare: what it registers is held against the same rules. Undefined where nothing is made.
   */
  readonly blueprint: Blueprint | undefined;
  /** What of it breaks the rules and was told already, so that a preview goes on. @default nothing */
  readonly reported?: readonly Violation[];
  /** Passwords by purpose that take the place of generated ones. @default none */
  readonly passwords?: ReadonlyMap<string, string>;
  /** Set for the program besides the command's own environment. @default nothing */
  readonly variables?: Readonly<Record<string, string>> | undefined;
  /** What is known of the images that are to be built. @default nothing */
  readonly builds?: BuildPlan;
}

/** Where the state of the context's stack is. */
export const stackAddress = ({
  stack,
  home,
}: Pick<CommandContext, "stack" | "home">): {
  readonly project: string;
  readonly stack: string;
  readonly home: string;
} => ({ project: PROJECT, stack, home: home.folder });

/** The context's stack as its state records it; undefined when it was never brought up. */
export async function stackSnapshot({
  stack,
  home,
  engine,
}: CommandContext): Promise<StackSnapshot | undefined> {
  return engine.readStack({ ...stackAddress({ stack, home }), passphrase: readPassphrase(home) });
}

/** What the program still declares with `nasiko:running=false`: data, and the secrets that open it. */
const OUTLIVING: ReadonlySet<string> = new Set([
  "docker:index/volume:Volume",
  "random:index/randomPassword:RandomPassword",
]);

/** Whether a resource stays when the stack is brought down without its data. */
export const outlivesDown = ({ type }: { readonly type: string }): boolean => OUTLIVING.has(type);

/** What the embedded engine needs to run our program on one stack. */
export async function engineOptions({
  context,
  overrides,
  onEvent,
  blueprint,
  reported = [],
  passwords,
  builds = {},
  variables = {},
}: DeploymentRequest): Promise<EngineOptions> {
  const { root, program, stack, environment, home, docker, cancel, terminate } = context;
  const [{ createDockerProvider }, { createRandomProvider }, { checkRegistrations }, config, held] =
    await Promise.all([
      import("../../../engine/providers/docker/docker-provider.ts"),
      import("../../../engine/providers/random/random-provider.ts"),
      import("../../../policies/check-registrations.ts"),
      context.stackConfig(),
      stackSnapshot(context).then(heldVolumes),
    ]);
  return {
    project: { name: PROJECT, root: program, main: join(root, INSTALLED ? "dist/index.js" : "index.ts") },
    stack,
    config: { ...held, ...config.values, ...overrides },
    secretConfigKeys: config.secretKeys,
    home: home.folder,
    passphrase: readPassphrase(home),
    providers: [
      createDockerProvider({
        root: program,
        client: docker,
        dockerConfig: dockerConfigFolder(environment),
        ownership: OWNERSHIP,
        plan: builds,
        recordedIn: checkpointFile({ home: home.folder, stack }),
      }),
      createRandomProvider(passwords === undefined ? {} : { passwords }),
    ],
    environment: { ...definedOnly(environment), ...variables },
    ...(blueprint !== undefined && { analyze: checkRegistrations({ blueprint, today: today(), reported }) }),
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
