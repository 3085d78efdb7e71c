import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

import { runCommand } from "../../lib/run-command.ts";
import { type Finding, note, ok } from "../../lib/finding.ts";

/** A program that may be asked for its version. */
interface Tool {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  /** What is not possible without it. */
  readonly without: string;
}

const TOOLS: readonly Tool[] = [
  { name: "npm", program: "npm", args: ["--version"], without: "packages cannot be installed or updated" },
  { name: "git", program: "git", args: ["--version"], without: "nothing that a running platform needs" },
  {
    name: "docker command",
    program: "docker",
    args: ["--version"],
    without: "suggestions that begin with docker cannot be pasted",
  },
  {
    name: "pulumi command",
    program: "pulumi",
    args: ["version"],
    without: 'the embedded engine does everything; only `eval "$(./nasiko env)"` has nobody to serve',
  },
];

/** What this machine has to run, build and repair with; nothing of it stops a run by itself. */
export async function toolchainFindings(root: string): Promise<readonly Finding[]> {
  const tools = await Promise.all(TOOLS.map(toolFinding));
  return [
    ok("toolchain", "Node", `${process.version} at ${process.execPath}`),
    packagesFinding(root),
    ...tools,
  ];
}

async function toolFinding({ name, program, args, without }: Tool): Promise<Finding> {
  try {
    const { exitCode, output } = await runCommand(program, args);
    const [first = ""] = output.trim().split("\n");
    return exitCode === 0
      ? ok("toolchain", name, first)
      : note("toolchain", name, `is installed but does not work: ${first}`);
  } catch {
    return note("toolchain", name, `not installed: ${without}`);
  }
}

/** npm keeps a copy of the lock file of what it installed. */
function packagesFinding(root: string): Finding {
  const [wanted, installed] = ["package-lock.json", "node_modules/.package-lock.json"].map((file) =>
    join(root, file),
  );
  if (wanted === undefined || installed === undefined || !existsSync(wanted))
    return ok("toolchain", "packages", "part of the installed package");
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(wanted).mtimeMs
    ? ok("toolchain", "packages", "as package-lock.json says")
    : note("toolchain", "packages", "older than package-lock.json: npm ci");
}
