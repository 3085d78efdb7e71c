import type { Handler } from "./command.ts";
import { findShell, runInContainer } from "../engine-host/interactive-exec.ts";
import { chosenContainers } from "../stack/observe/stack-containers.ts";
import { noShell, notRunning } from "./errors.ts";

/** The best shell that the image has, on this terminal; or one line of it, for scripts. */
export const handler: Handler = async (context, { service, command }) => {
  const { docker, stack } = context;
  const name = String(service);
  const [found] = (await chosenContainers(docker, stack, [name])).filter(({ running }) => running);
  if (found === undefined) throw notRunning({ service: name, stack });
  const shell = await findShell(docker, found.id, context.cancel);
  if (shell === undefined) throw noShell({ service: name, container: found.container });
  const line = typeof command === "string" ? ["-c", command] : [];
  const exitCode = await runInContainer(docker, found, [shell, ...line], {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    terminal: process.stdin.isTTY && process.stdout.isTTY && line.length === 0,
  });
  return { exitCode, text: "", json: { ok: exitCode === 0, exitCode } };
};
