import { basename } from "node:path";

/** What decides whether a program reports traces. */
interface Program {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** As Node.js has them: the interpreter, the script, its arguments. */
  readonly argv: readonly string[];
  /** @example "22.18.0" */
  readonly version: string;
}

/** Programs that only start the agent, or prepare it; what they start is asked again. */
const TOOLS: ReadonlySet<string> = new Set([
  ...["npm", "npm-cli.js", "npx", "npx-cli.js", "corepack", "corepack.js"],
  ...["yarn", "yarn.js", "pnpm", "pnpm.cjs", "pnpm.js", "tsc", "node-gyp.js"],
]);

/** First of each line that has what the libraries use. */
const LEAST_MINOR: Readonly<Record<number, number>> = { 18: 19, 20: 6 };

/** Somebody takes traces, nobody switched them off, and the interpreter can. */
export const wantsTraces = ({ env, argv, version }: Program): boolean =>
  (env["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] ?? env["OTEL_EXPORTER_OTLP_ENDPOINT"] ?? "") !== "" &&
  env["OTEL_SDK_DISABLED"]?.trim().toLowerCase() !== "true" &&
  env["OTEL_TRACES_EXPORTER"]?.trim().toLowerCase() !== "none" &&
  !TOOLS.has(basename(argv[1] ?? "")) &&
  isNewEnough(version);

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major >= 18 && minor >= (LEAST_MINOR[major] ?? 0);
}
