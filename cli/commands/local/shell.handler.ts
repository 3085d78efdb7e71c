import type { Handler } from "../define-command.ts";
import type { spec } from "./shell.ts";
import { findShell, runInContainer } from "../../engine-host/interactive-exec.ts";
import { chosenContainers } from "../../stack/observe/stack-containers.ts";
import { noShell, notRunning } from "../errors.ts";

/** The best shell that the image has, on this terminal; or one line of it, for scripts. */
export const handler: Handler<typeof spec> = async (context, { options, args }) => {
  const { docker, stack, terminal } = context;
  const name = args.service;
  const [found] = (await chosenContainers(docker, stack, [name])).filter(({ running }) => running);
  if (found === undefined) throw notRunning({ service: name, stack });
  const shell = await findShell(docker, found.id, context.cancel);
  if (shell === undefined) throw noShell({ service: name, container: found.container });
  const line = options.command === undefined ? [] : ["-c", options.command];
  const exitCode = await runInContainer(docker, found, [shell, ...line], {
    ...terminal,
    terminal: terminal.stdin.isTTY && terminal.stdout.isTTY && line.length === 0,
  });
  return { exitCode, text: "", json: { ok: exitCode === 0, exitCode } };
};
