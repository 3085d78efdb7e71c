import { createColors } from "picocolors";

import type { CommandResult } from "../lib/command-result.ts";
import type { Screen } from "./screen.ts";
import type { Stream } from "./stream.ts";

export type Colors = ReturnType<typeof createColors>;

/** The one place that writes. Progress goes to stderr, results to stdout: both can be piped apart. */
export interface Output {
  /** Colours for progress and failures; without a terminal, or where NO_COLOR is set, they do nothing. */
  readonly colors: Colors;
  /** Colours for what goes to stdout. */
  readonly resultColors: Colors;
  /** Takes over the terminal for what is written again and again; undefined where lines have to do. Notes then go above it. */
  openScreen(): Promise<Screen | undefined>;
  /** The result goes to a terminal, as text: somebody reads it who may see secrets. */
  readonly personal: boolean;
  /** A line of progress; none with --quiet. */
  note(line: string): void;
  /** A line of a result that never ends, such as logs. */
  line(line: string): void;
  /** Something that happened, for --events; nothing otherwise. */
  event(event: Readonly<Record<string, unknown>>): void;
  /** The result of a command: text, or the JSON document. */
  result(result: Pick<CommandResult, "text" | "json">): void;
  /** Why a command could not do it: as text on stderr, or the JSON document. */
  failure(result: Pick<CommandResult, "text" | "json">): void;
}

export interface OutputRequest {
  readonly json: boolean;
  readonly events: boolean;
  readonly quiet: boolean;
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** There is no launcher here: suggestions have to say how the package's command is called. @default false */
  readonly installed?: boolean;
}

export function createOutput(request: OutputRequest): Output {
  const { json, events, quiet, stdout, stderr, environment } = request;
  const adapt = request.installed === true ? asInstalled : (text: string): string => text;
  const document = (value: Readonly<Record<string, unknown>>): void => {
    const text = events ? JSON.stringify({ event: "result", ...value }) : JSON.stringify(value, undefined, 2);
    stdout.write(`${adapt(text)}\n`);
  };
  const machine = json || events;
  const drawable = stderr.isTTY === true && !machine && !quiet && environment["TERM"] !== "dumb";
  let screen: Screen | undefined;
  return {
    colors: createColors(isColored(stderr, environment)),
    resultColors: createColors(!machine && isColored(stdout, environment)),
    openScreen: async () => {
      if (!drawable) return undefined;
      const { openScreen } = await import("./screen.ts");
      const opened = await openScreen(stderr);
      screen = opened;
      return {
        ...opened,
        close: () => {
          screen = undefined;
          opened.close();
        },
      };
    },
    personal: stdout.isTTY === true && !machine,
    note: (told) => {
      if (quiet) return;
      const line = adapt(told);
      if (screen === undefined) stderr.write(`${line}\n`);
      else screen.print(line);
    },
    line: (line) => stdout.write(`${line}\n`),
    event: (event) => {
      if (events) stdout.write(`${JSON.stringify(event)}\n`);
    },
    result: ({ text, json: value }) => {
      if (machine) document(value);
      else if (text !== "") stdout.write(`${adapt(text)}\n`);
    },
    failure: ({ text, json: value }) => {
      if (machine) document(value);
      else stderr.write(`${adapt(text)}\n`);
    },
  };
}

/** Suggestions call the launcher of a checkout, always with words behind it; a path is left alone. */
const asInstalled = (text: string): string =>
  text.replaceAll(/(?<![\w./-])\.\/nasiko(?= [a-z-])/g, "npx nasiko");

/** no-color.org: set and not empty means none, whatever the terminal can do. */
function isColored(stream: Stream, environment: OutputRequest["environment"]): boolean {
  const refused = (environment["NO_COLOR"] ?? "") !== "" || environment["TERM"] === "dumb";
  return stream.isTTY === true && !refused;
}
