import type { CommandResult } from "../lib/command-result.ts";
import type { Screen } from "./screen.ts";
import type { Stream } from "./stream.ts";
import { type Colors, createPaint, visibleJson } from "./visible.ts";

export type { Colors } from "./visible.ts";

/**
 * The one place that writes. Progress goes to stderr, results to stdout: both can be piped apart. A terminal is never
 * given anything to act on but our own colours, whoever wrote the text; a pipe gets the text as it is.
 */
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
  const machine = json || events;
  const progress = createPaint(isColored(stderr, environment));
  const results = createPaint(!machine && isColored(stdout, environment));
  const progressText = (text: string): string => (stderr.isTTY === true ? progress.show(text) : text);
  const resultText = (text: string): string => (stdout.isTTY === true ? results.show(text) : text);
  const document = (value: Readonly<Record<string, unknown>>): void => {
    const text = events ? JSON.stringify({ event: "result", ...value }) : JSON.stringify(value, undefined, 2);
    stdout.write(`${visibleJson(adapt(text))}\n`);
  };
  const drawable = stderr.isTTY === true && !machine && !quiet && environment["TERM"] !== "dumb";
  let screen: Screen | undefined;
  return {
    colors: progress.colors,
    resultColors: results.colors,
    openScreen: async () => {
      if (!drawable) return undefined;
      const { openScreen } = await import("./screen.ts");
      const opened = await openScreen(stderr);
      screen = opened;
      return {
        ...opened,
        draw: (text) => opened.draw(progressText(text)),
        print: (line) => opened.print(progressText(line)),
        close: () => {
          screen = undefined;
          opened.close();
        },
      };
    },
    personal: stdout.isTTY === true && !machine,
    note: (text) => {
      if (quiet) return;
      const line = progressText(adapt(text));
      if (screen === undefined) stderr.write(`${line}\n`);
      else screen.print(line);
    },
    line: (line) => stdout.write(`${resultText(line)}\n`),
    event: (event) => {
      if (events) stdout.write(`${visibleJson(JSON.stringify(event))}\n`);
    },
    result: ({ text, json: value }) => {
      if (machine) document(value);
      else if (text !== "") stdout.write(`${resultText(adapt(text))}\n`);
    },
    failure: ({ text, json: value }) => {
      if (machine) document(value);
      else stderr.write(`${progressText(adapt(text))}\n`);
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
