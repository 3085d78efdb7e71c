import { execFileSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { ZipItem } from "../../integration/services/support/zip.ts";
import { type Answer, ended, removeAgentImages, upload } from "../support/upload.ts";
import { ROOT, TestStack } from "../support/test-stack.ts";
import { askOutside, type Dialect } from "./ask.ts";

interface Outside {
  /** Folder below test/fixtures/outside, called as people call such folders. */
  readonly folder: string;
  /** What an agent from such a folder is called. */
  readonly name: string;
  readonly dialect: Dialect;
  readonly text: string;
  readonly answer: RegExp;
}

/** Agents in the shapes that people bring; each was written for this purpose, none for this platform. */
const AGENTS: readonly Outside[] = [
  // Python's SDK of A2A 0.2: no compose file, no card in the folder, EXPOSE alone says the port.
  { folder: "hello_world", name: "hello-world", dialect: "0.3", text: "you", answer: /^hello, you$/ },
  // LangGraph behind A2A 0.3: Containerfile, compose.yaml with variables, answers are tasks.
  {
    ...{ folder: "currency_langgraph", name: "currency-langgraph", dialect: "0.3" },
    ...{ text: "EUR in USD", answer: /1 EUR is 1\.25 USD/ },
  },
  // Python's SDK of A2A 1.0: the only port is in the card's interface, calls are not at the root.
  {
    folder: "Weather-Report",
    name: "weather-report",
    dialect: "1.0",
    text: "Rome",
    answer: /^sunny in Rome$/,
  },
  // JavaScript's SDK of A2A 0.2, on Alpine.
  { folder: "movie-js", name: "movie-js", dialect: "0.3", text: "rain", answer: /^a film about rain$/ },
  // JavaScript's SDK of A2A 0.3: a folder with a blank, the port comes from a variable.
  { folder: "Coder JS", name: "coder-js", dialect: "0.3", text: "hi", answer: /^print\("hi"\)$/ },
  // JavaScript's SDK of A2A 1.0: two interfaces, of which one cannot be served.
  { folder: "planner-js", name: "planner-js", dialect: "1.0", text: "tea", answer: /think about tea/ },
  // A crew on FastAPI: src layout, env_file, the command is a shell's line.
  {
    ...{ folder: "research_crew", name: "research-crew", dialect: "0.3", text: "bees" },
    answer: /^Writer: Senior researcher: bees \(short # and plain\)$/,
  },
  // An agent development kit's layout, started by its server's own program.
  { folder: "dice_adk", name: "dice-adk", dialect: "0.3", text: "2 and 5", answer: /^7 pips$/ },
  // FastAPI without a card: the folder's is served for it.
  {
    folder: "github_hackathon",
    name: "github-hackathon",
    dialect: "0.3",
    text: "stars",
    answer: /^5 stars$/,
  },
  // Go without packages, in two stages.
  { folder: "go_upper", name: "go-upper", dialect: "0.3", text: "quiet", answer: /^QUIET$/ },
  // Rust without packages.
  { folder: "rust_reverse", name: "rust-reverse", dialect: "0.3", text: "desserts", answer: /^stressed$/ },
  // No SDK: the command in compose.yml, data in a named volume.
  { folder: "diary", name: "diary", dialect: "1.0", text: "rain", answer: /^line \d+: rain$/ },
];

let stack: TestStack;
const environment = {
  NASIKO_AGENTS: "",
  // With what agents on Node.js and Python load to report traces: they run with it as they do without.
  NASIKO_SERVICES: "nasiko-backend,nasiko-worker,agent-telemetry,otel-collector,phoenix",
};

beforeAll(async () => {
  stack = await TestStack.create("e2e-outside");
  cpSync(join(ROOT, "test/fixtures/outside"), join(stack.work, "outside"), { recursive: true });
  await stack.json(["local", "up", "--yes"], environment);
});

afterAll(async () => {
  await stack.remove();
  for (const { name } of AGENTS) {
    await removeAgentImages(name);
    await removeAgentImages(zipped(name));
  }
});

/** Uploads have names of their own: one that the stack's program has is nobody else's. */
const zipped = (name: string): string => `${name}-zip`;

const git = (folder: string, ...args: readonly string[]): string =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@localhost", ...args], {
    cwd: folder,
    encoding: "utf8",
    stdio: "pipe",
  });

/** The folder as macOS archives it: one folder deep, with its own leftovers beside. */
function archiveOf(folder: string): readonly ZipItem[] {
  const top = "agent";
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
    statSync(join(folder, path)).isFile(),
  );
  return [
    { name: `__MACOSX/${top}/._Dockerfile`, content: "x" },
    { name: `${top}/.DS_Store`, content: "x" },
    ...files.map((path) => ({ name: `${top}/${path}`, content: readFileSync(join(folder, path)) })),
  ];
}

/** What `local agents` says. */
interface Listed {
  readonly agents: readonly { readonly name: string; readonly version?: string }[];
}

describe.each(AGENTS)("the agent in $folder", ({ folder, name, dialect, text, answer }) => {
  const place = (): string => join(stack.work, "outside", folder);
  let sent: Promise<Answer>;
  const said = (agent: string): Promise<string> => askOutside(stack.gateway, agent, { dialect, text });

  test("is served from its folder", async () => {
    const outcome = await stack.nasiko(["local", "deploy-agent", name, place()], environment);
    expect(outcome, outcome.stderr + outcome.stdout).toMatchObject({ exitCode: 0 });
    expect(await said(name)).toMatch(answer);
    // The worker builds it while the next test goes on.
    sent = upload(stack.gateway, archiveOf(join(ROOT, "test/fixtures/outside", folder)), zipped(name));
  });

  test("is the same from a clone of it", async () => {
    const clone = join(stack.work, "clones", name);
    git(place(), "init", "--quiet");
    git(place(), "add", "--all", "--force");
    git(place(), "commit", "--quiet", "--message", "agent");
    git(stack.work, "clone", "--quiet", place(), clone);
    git(clone, "switch", "--quiet", "--create", "another");
    const version = async (): Promise<string | undefined> => {
      const { agents } = await stack.json<Listed>(["local", "agents"], environment);
      return agents.find((each) => each.name === name)?.version;
    };
    const before = await version();
    const outcome = await stack.nasiko(["local", "deploy-agent", name, clone], environment);
    expect(outcome, outcome.stderr + outcome.stdout).toMatchObject({ exitCode: 0 });
    expect(before).toMatch(/^[0-9a-f]{16}$/);
    expect(await version()).toBe(before);
    expect(await said(name)).toMatch(answer);
    const gone = await stack.nasiko(["local", "remove-agent", name], environment);
    expect(gone, gone.stderr).toMatchObject({ exitCode: 0 });
  });

  test("is served from an archive", async () => {
    const uploaded = await sent;
    expect(uploaded, JSON.stringify(uploaded)).toMatchObject({ status: 201 });
    expect(await ended(stack.gateway, uploaded)).toMatchObject({ stage: "active" });
    expect(await said(zipped(name))).toMatch(answer);
  });
});
