import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import type Docker from "dockerode";
import { pack } from "tar-stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { followImage } from "../../../cli/engine-host/images/image-stream.ts";
import { NO_IGNORE_RULES } from "../../../engine/formats/ignore-rules.ts";
import { readContext } from "../../../engine/formats/read-context.ts";
import { baseIdentity } from "../../../platform/images/base-recipes.ts";
import { BUILD_TIME, client, forever, inside, prepared, Sandbox } from "../offline/images/containers.ts";

const ROOT = join(import.meta.dirname, "../../..");
const FIXTURES = join(ROOT, "test/fixtures/telemetry");

/** A folder's files, by where they are in the context of the build. Bytecode of whoever has tried them is none of it. */
const folder = (from: string, to: string): readonly (readonly [string, Buffer])[] =>
  readContext(from, NO_IGNORE_RULES)
    .filter(({ kind, path }) => kind === "file" && !path.includes("__pycache__"))
    .map(({ path }) => [`${to}/${path}`, readFileSync(join(from, path))] as const);

/** What each agent installs has a layer of its own, which stays when the agent changes. */
const requirements = (): readonly (readonly [string, Buffer])[] =>
  [
    ...readdirSync(join(FIXTURES, "agents")).map((name) => [name, join(FIXTURES, "agents", name)] as const),
    ["calculator", join(ROOT, "agents/calculator")] as const,
  ].map(
    ([name, path]) => [`requirements/${name}.txt`, readFileSync(join(path, "requirements.txt"))] as const,
  );

/** Its tag says what is in it, so it stays for the next run, as the bases do. */
async function builtImage(): Promise<string> {
  await prepared("base-python");
  const { reference: base } = baseIdentity("base-python");
  const files = [
    ["Dockerfile", readFileSync(join(FIXTURES, "Dockerfile"))] as const,
    ...folder(join(ROOT, "services/agent-telemetry/python"), "python"),
    ...requirements(),
    ...folder(join(FIXTURES, "agents"), "agents"),
    ...folder(join(ROOT, "agents/calculator"), "agents/calculator"),
    ...folder(join(FIXTURES, "check"), "check"),
  ];
  const hash = createHash("sha256").update(base);
  for (const [path, content] of files) hash.update(`\0${path}\0${content.length}\0`).update(content);
  const reference = `localhost/nasiko/test-python-telemetry:${hash.digest("hex").slice(0, 12)}`;
  if ((await client.image(reference)) !== undefined) return reference;
  const archive = pack();
  for (const [name, content] of files) archive.entry({ name }, content);
  archive.finalize();
  await client.call("build agents with telemetry", async (docker) => {
    const options = { t: reference, buildargs: { BASE: base }, forcerm: true };
    const answer = await docker.buildImage(Readable.from(archive), options);
    return await followImage(docker, answer, { base: "agents", signal: forever, onLine: () => undefined });
  });
  return reference;
}

const sandbox = new Sandbox();
let container: Docker.Container;
beforeAll(async () => {
  container = await sandbox.run({ image: await builtImage() });
}, BUILD_TIME);
afterAll(() => sandbox.clean());

test.each([
  ["its parts do what they say", "test_parts"],
  ["agents of web frameworks answer alike, and are part of the trace", "test_agents.Frameworks"],
  ["an agent of A2A's SDK answers alike, and is part of the trace", "test_agents.A2A"],
  ["calls of models are told, without what is said", "test_agents.Models"],
  ["an agent's own telemetry stays its own", "test_agents.OwnTelemetry"],
  ["nothing is sent where it is switched off, nor in tools", "test_quiet.Off"],
  ["whatever is broken, agents do not notice", "test_quiet.Broken"],
  ["the volume has nothing that is for one kind of machine", "test_quiet.Volume"],
])("%s", async (_what, tests) => {
  const { exitCode, output } = await inside(container, `python -B -m unittest ${tests}`);
  expect(output).toMatch(/^Ran [1-9]\d* tests? in .*\n\nOK$/m);
  expect(exitCode).toBe(0);
});
