import { expect } from "vitest";

import { superuser } from "../../e2e/support/superuser.ts";
import { docker, type Outcome, type TestStack } from "../../e2e/support/test-stack.ts";
import type { Mode } from "./attack.ts";
import { type Ask, send, type Told } from "./http.ts";
import { MALLORY } from "./mallory.ts";

/** Default host ports of what people and programs reach. */
export const PORTS = {
  gateway: 9100,
  registry: 8080,
  "agent-registry": 5001,
  web: 4000,
  langtrace: 3000,
  phoenix: 6006,
  prometheus: 9090,
  n8n: 5678,
} as const;
export type Place = keyof typeof PORTS;

/** A request to a place of the stack. */
export type Question = Omit<Ask, "port"> & {
  /** @default "gateway" */
  readonly at?: Place;
  /** Sent as JSON, with its content type. */
  readonly json?: unknown;
  /** Bearer token. */
  readonly token?: string;
};

/** What a script that runs in a container does; it prints its result as JSON. */
export type Script = string;

/** The attacked stack, as an attacker and its honest users see it. */
export interface World {
  readonly mode: Mode;
  readonly stack: TestStack;
  readonly port: (place: Place) => number;
  /** Environment of the operator's commands on this stack. */
  readonly settings: Readonly<Record<string, string>>;
  /** Runs `./nasiko` as the operator, with the stack's own settings. */
  readonly nasiko: (args: readonly string[], extra?: Readonly<Record<string, string>>) => Promise<Outcome>;
  readonly ask: (question: Question) => Promise<Told>;
  /** Runs `(async () => { <script> })()` of CommonJS inside a container that has Node; `args` is what was given. */
  readonly inside: (container: string, script: Script, args?: unknown) => Promise<unknown>;
  /** The same inside the attacker's agent. */
  readonly asAgent: (script: Script, args?: unknown) => Promise<unknown>;
  /** Name of the running container of an agent. */
  readonly agentContainer: (agent: string) => Promise<string>;
  /** Token of the super user; any word in mode simple. */
  readonly superUser: () => Promise<string>;
  /** An ordinary user of an organization of their own, made on first use; only in mode enterprise. */
  readonly user: (name: string) => Promise<User>;
  /** Proves that those who do nothing wrong are still served. */
  readonly othersAreServed: () => Promise<void>;
}

export interface User {
  readonly id: string;
  readonly token: string;
  readonly accessKey: string;
  readonly accessSecret: string;
}

/** Milliseconds for a script in a container. */
const SCRIPT_PATIENCE = 120_000;
/** Bytes of its answer. */
const LONGEST_ANSWER = 1024 * 1024;

/** When each of the platform's containers was started: what an attack must not change. */
export async function startTimes(stack: TestStack): Promise<Readonly<Record<string, string>>> {
  const labels = [`nasiko.stack=${stack.name}`, "nasiko.kind=service"];
  const listed = await docker.containers({ labels });
  const found = await Promise.all(listed.map(({ Id }) => docker.container(Id)));
  return Object.fromEntries(
    found.flatMap((container) => (container ? [[container.Name, container.State.StartedAt]] : [])),
  );
}

export function worldOf(stack: TestStack, mode: Mode, settings: Readonly<Record<string, string>>): World {
  const port = (place: Place): number => PORTS[place] + stack.portOffset;
  const ask = ({ at = "gateway", json, token, headers = {}, ...rest }: Question): Promise<Told> =>
    send({
      ...rest,
      port: port(at),
      headers: {
        ...(json === undefined ? {} : { "content-type": "application/json" }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json), method: rest.method ?? "POST" }),
    });

  const inside: World["inside"] = async (container, script, args = null) => {
    const program = `const args = JSON.parse(process.argv[1]);
      (async () => { ${script} })().then(
        (result) => { console.log(JSON.stringify(result ?? null)); process.exit(0); },
        (error) => { console.log(JSON.stringify({ error: String(error.cause ?? error) })); process.exit(0); },
      );`;
    const { exitCode, output } = await docker.exec(container, ["node", "-e", program, JSON.stringify(args)], {
      timeout: SCRIPT_PATIENCE,
      signal: new AbortController().signal,
      limit: LONGEST_ANSWER,
    });
    if (exitCode !== 0) throw new Error(`${container}: ${output}`);
    const result: unknown = JSON.parse(output);
    return result;
  };

  const agentContainer: World["agentContainer"] = async (agent) => {
    const labels = [`nasiko.stack=${stack.name}`, `nasiko.agent=${agent}`];
    const running = (await docker.containers({ labels })).filter(({ State }) => State === "running");
    const name = running[0]?.Names[0]?.slice(1);
    if (name === undefined) throw new Error(`agent ${agent} does not run`);
    return name;
  };

  const login = async (accessKey: string, accessSecret: string): Promise<string> => {
    const json = { access_key: accessKey, access_secret: accessSecret };
    const told = await ask({ path: "/auth/users/login", json });
    expect(told.status, told.text).toBe(200);
    // The login's own contract.
    return (JSON.parse(told.text) as { readonly token: string }).token;
  };
  let superToken: Promise<string> | undefined;
  const superUser = (): Promise<string> =>
    (superToken ??=
      mode === "simple"
        ? Promise.resolve("anybody")
        : superuser(stack).then(({ accessKey, accessSecret }) => login(accessKey, accessSecret)));

  const users = new Map<string, Promise<User>>();
  const register = async (name: string): Promise<User> => {
    const username = `${name}-${Math.random().toString(36).slice(2, 8)}`;
    const told = await ask({
      path: "/auth/users/register",
      token: await superUser(),
      json: { username, email: `${username}@localhost.example`, organization: `org-${name}` },
    });
    expect(told.status, told.text).toBeLessThan(300);
    // The registration's own contract.
    const made = JSON.parse(told.text) as {
      readonly user_id: string;
      readonly access_key: string;
      readonly access_secret: string;
    };
    const token = await login(made.access_key, made.access_secret);
    return { id: made.user_id, token, accessKey: made.access_key, accessSecret: made.access_secret };
  };

  return {
    ...{ mode, stack, port, settings, ask, inside, agentContainer, superUser },
    nasiko: (args, extra = {}) => stack.nasiko(args, { ...settings, ...extra }),
    asAgent: async (script, args) => inside(await agentContainer(MALLORY), script, args),
    user: (name) => {
      const known = users.get(name) ?? register(name);
      users.set(name, known);
      return known;
    },
    othersAreServed: async () => {
      const token = await superUser();
      const card = await ask({ path: "/agents/agent-translator/.well-known/agent-card.json", token });
      expect(card.status, card.text).toBe(200);
      const agents = await ask({ path: "/api/v1/registry/user/agents", token });
      expect(agents.status, agents.text).toBe(200);
      expect((await ask({ path: "/router/health", token })).status).toBe(200);
    },
  };
}
