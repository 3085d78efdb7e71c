import { readConfig, type Config } from "./config/config.ts";
import { createLog } from "./lib/log.ts";
import { isRunning, removePid, writePid } from "./pid-file.ts";
import type { MigrationCommand } from "./store/migrations.ts";
import { SERVER_TOKEN } from "./lib/version.ts";

const USAGE = `Usage: kong COMMAND

A stand-in that keeps a part of the interface of Kong Gateway (${SERVER_TOKEN}).

  migrations bootstrap | up | finish   prepare the database
  config db_import FILE                enter what a declarative file (JSON) holds into the database
  start | docker-start                 run in the foreground until SIGQUIT or SIGTERM
  health                               exit 0 when it runs
  check                                exit 0 when the settings are valid
  version
`;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

function configured(): Config {
  const result = readConfig(process.env);
  if (!result.ok) throw new Error(result.problems.join("\n"));
  return result.config;
}

async function runMigrations(command: string | undefined): Promise<void> {
  const known: readonly MigrationCommand[] = ["bootstrap", "up", "finish"];
  const found = known.find((name) => name === command);
  if (found === undefined) throw new Error(`unknown command: migrations ${command ?? ""}\n\n${USAGE}`);
  const { openDatabase } = await import("./store/database.ts");
  const { migrate } = await import("./store/migrate.ts");
  const database = openDatabase(configured().database, () => undefined);
  try {
    say(await migrate(database, found));
  } finally {
    await database.close();
  }
}

async function importFile([command, file]: readonly string[]): Promise<void> {
  if (command !== "db_import" || file === undefined)
    throw new Error(`expected: config db_import FILE\n\n${USAGE}`);
  const config = configured();
  const { importEntities } = await import("./admin/import.ts");
  const { readFileSync } = await import("node:fs");
  await importEntities(config, readFileSync(file, "utf8"));
  say("import successful");
}

async function start(): Promise<void> {
  const config = configured();
  const log = createLog(
    config.logLevel,
    (line) => process.stderr.write(line),
    () => new Date(),
  );
  for (const ignored of config.ignored) log("warn", ignored);
  const { startGateway } = await import("./gateway.ts");
  const gateway = await startGateway(config, log);
  const pid = writePid(config.prefix);
  log("notice", `Kong stand-in started (${SERVER_TOKEN})`);
  const signal = await new Promise<string>((resolve) => {
    for (const name of ["SIGQUIT", "SIGTERM", "SIGINT"] as const) process.once(name, () => resolve(name));
  });
  log("notice", `${signal}: finishing what is under way`);
  await gateway.stop();
  removePid(pid);
}

function health(): void {
  const { prefix } = configured();
  const running = isRunning(prefix);
  say(`nginx.......${running ? "running" : "not running"}\n`);
  if (!running) throw new Error(`Kong is not running at ${prefix}`);
  say(`Kong is healthy at ${prefix}`);
}

/** Loads all that `start` needs, so that a broken image is found when it is built. */
async function check(): Promise<void> {
  const config = configured();
  const { requirePlugins } = await import("./plugins/required.ts");
  await Promise.all([import("./gateway.ts"), import("./admin/import.ts")]);
  requirePlugins(config);
  say("configuration is valid");
}

const COMMANDS: Readonly<Record<string, (others: readonly string[]) => void | Promise<void>>> = {
  migrations: (others) => runMigrations(others.find((word) => !word.startsWith("-"))),
  config: importFile,
  start,
  "docker-start": start,
  health,
  check,
  version: () => say(SERVER_TOKEN.replace("kong/", "")),
};

async function main([command = "", ...others]: readonly string[]): Promise<void> {
  const run = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (run === undefined) throw new Error(`unknown command: ${command}\n\n${USAGE}`);
  await run(others);
}

/** pg reports a refused connection as several errors in one, without a message of its own. */
function textOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(textOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}

try {
  await main(process.argv.slice(2));
  process.exit(0);
} catch (error) {
  process.stderr.write(`Error: ${textOf(error)}\n`);
  process.exit(1);
}
