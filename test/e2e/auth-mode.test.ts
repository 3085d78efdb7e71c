import { afterAll, beforeAll, expect, test } from "vitest";

import { superuser } from "./support/superuser.ts";
import { docker, TestStack } from "./support/test-stack.ts";

/** Enough of the platform for every row of the table. */
const SERVICES = { NASIKO_SERVICES: "nasiko-backend,kong-service-registry" };
const ENTERPRISE = {
  NASIKO_SERVICES: `${SERVICES.NASIKO_SERVICES},nasiko-superuser-init`,
  AUTH_MODE: "enterprise",
};

interface Verdicts {
  readonly ok: boolean;
  readonly mode: string;
  readonly checks: readonly { readonly id: string; readonly ok: boolean; readonly came: string }[];
}
interface Preview {
  readonly changes: readonly {
    readonly resource: string;
    readonly operation: string;
    readonly changed: readonly string[];
  }[];
}

let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.create("e2e-auth-mode");
  stack.copyAgent("translator");
});

afterAll(async () => {
  await stack.remove();
});

const up = async (environment: Readonly<Record<string, string>>): Promise<void> => {
  const outcome = await stack.nasiko(["local", "up", "--yes"], environment);
  expect(outcome, outcome.stderr).toMatchObject({ exitCode: 0 });
};

/** Every row holds; a row that does not is shown with what came. */
const verify = async (mode: string): Promise<void> => {
  const outcome = await stack.nasiko(["local", "verify", "--json"], SERVICES);
  const { checks, ...verdict } = JSON.parse(outcome.stdout) as Verdicts;
  expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  expect(verdict).toMatchObject({ ok: true, mode });
};

/** What a switch must not touch. */
const data = async (): Promise<unknown> => {
  const volumes = await docker.volumes({ labels: [`nasiko.stack=${stack.name}`] });
  const ids = await stack.containerIds();
  const stores = ["mongodb", "redis", "kong-database"].map((name) => ids.get(stack.containerName(name)));
  return { stores, volumes: volumes.map(({ Name }) => Name).toSorted() };
};

async function login(): Promise<Response> {
  const { accessKey, accessSecret } = await superuser(stack);
  return fetch(`${stack.gateway}/auth/users/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ access_key: accessKey, access_secret: accessSecret }),
  });
}

test("a simple stack becomes an enterprise one in place, and does not go back by mistake", async () => {
  await up(SERVICES);
  await verify("simple");
  const before = await data();

  const preview = await stack.nasiko(["preview", "--json"], ENTERPRISE);
  const { changes } = JSON.parse(preview.stdout) as Preview;
  const containers = changes.filter(({ resource }) => /^(?:container|job) /.test(resource));
  const operation = (wanted: string): readonly string[] =>
    containers
      .filter((change) => change.operation === wanted)
      .map(({ resource }) => resource.split(" ").at(-1) ?? "");
  expect(operation("create")).toEqual(
    expect.arrayContaining(["nasiko-auth-redis", "nasiko-auth-service", "nasiko-superuser-init"]),
  );
  // A new version of the agent stands beside the old one until it is served.
  expect(operation("create").filter((name) => !name.startsWith("agent-"))).toHaveLength(3);
  // The gateway speaks TLS as well, on a port of its own.
  const replaced = containers
    .filter((change) => change.operation === "replace")
    .map(({ resource, changed }) => [resource.split(" ").at(-1), ...changed.toSorted()].join(" "));
  expect(replaced.toSorted()).toEqual([
    "kong envs ports",
    "kong-migrations envs",
    "kong-service-registry envs",
    "nasiko-backend envs",
  ]);

  await up(ENTERPRISE);
  expect(await data()).toEqual(before);
  // Nobody says the mode here: what looks at a stack sees what it is.
  await verify("enterprise");

  const standing = await stack.containerIds();
  const refused = await stack.nasiko(["local", "up", "--yes"], SERVICES);
  expect(refused.exitCode).toBe(10);
  expect(refused.stderr).toContain("NSK-AUTH-WOULD-END");
  expect(refused.stderr).toContain("AUTH_MODE=enterprise ./nasiko local up");
  expect(await stack.containerIds()).toEqual(standing);

  // The credentials are right after every `up`, and no log has them.
  const { accessSecret } = await superuser(stack);
  await up(ENTERPRISE);
  expect(await superuser(stack)).toMatchObject({ accessSecret });
  expect((await login()).status).toBe(200);
  for (const id of standing.values()) expect((await docker.logs(id)).join("\n")).not.toContain(accessSecret);
});
