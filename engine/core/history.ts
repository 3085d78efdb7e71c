import { copyFile, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { backendPaths, isMissing, makeFolder, type StackAddress } from "./backend.ts";

/** One step of a run that is over. */
export interface PastStep {
  /** Logical name in the program. */
  readonly name: string;
  readonly type: string;
  readonly operation: string;
  /** Top-level names of changed inputs; their values are the state's. */
  readonly changed: readonly string[];
  /** @default it was the program's doing */
  readonly reason?: string;
  readonly failed?: true;
}

/** A run that is over, as Pulumi's history has it, and what only ours has. */
export interface PastRun {
  readonly kind: string;
  readonly result: string;
  /** Milliseconds since 1970; files of the Pulumi CLI tell whole seconds. */
  readonly startedAt: number;
  readonly finishedAt: number;
  /** Number of resources by operation. */
  readonly changes: Readonly<Record<string, number>>;
  /** Name of the account. @default not known: the Pulumi CLI keeps none */
  readonly by?: string;
  /** In the order in which they ended. @default not known: the Pulumi CLI keeps none */
  readonly steps?: readonly PastStep[];
}

/** Records a run and a copy of the checkpoint that it left, as `pulumi stack history` reads them. */
export async function writeHistory(address: StackAddress, run: PastRun): Promise<void> {
  const { checkpoint, history } = backendPaths(address);
  await makeFolder(history);
  // Pulumi names the files by nanoseconds; a million of them is the finest that Date tells apart.
  const prefix = join(history, `${address.stack}-${run.finishedAt}000000`);
  const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);
  const record = {
    kind: run.kind,
    startTime: seconds(run.startedAt),
    message: "",
    environment: {},
    config: {},
    version: 0,
    result: run.result,
    endTime: seconds(run.finishedAt),
    resourceChanges: run.changes,
    // Pulumi passes over what it does not know.
    ...(run.by !== undefined && { by: run.by }),
    ...(run.steps !== undefined && { steps: run.steps }),
  };
  await writeFile(`${prefix}.history.json`, JSON.stringify(record), { mode: 0o600 });
  await copyFile(checkpoint, `${prefix}.checkpoint.json`);
}

/**
 * The last runs of a stack, the latest first, whichever engine made them. A file that is none is passed over.
 * @param limit how many
 */
export async function readHistory(address: StackAddress, limit: number): Promise<readonly PastRun[]> {
  const { history } = backendPaths(address);
  const names = await readdir(history).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  const latest = names
    .filter((name) => name.endsWith(".history.json"))
    .toSorted()
    .toReversed()
    .slice(0, limit);
  const runs = await Promise.all(
    latest.map(async (name) => pastRun(await readFile(join(history, name), "utf8"))),
  );
  return runs.filter((run) => run !== undefined);
}

function pastRun(text: string): PastRun | undefined {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch {
    return undefined;
  }
  const field = (name: string): unknown =>
    typeof record === "object" && record !== null ? Reflect.get(record, name) : undefined;
  const [kind, result, start, end] = ["kind", "result", "startTime", "endTime"].map(field);
  const [changes, by, steps] = ["resourceChanges", "by", "steps"].map(field);
  if (typeof kind !== "string" || typeof start !== "number" || typeof end !== "number") return undefined;
  return {
    kind,
    result: typeof result === "string" ? result : "",
    startedAt: start * 1000,
    finishedAt: end * 1000,
    changes: numbersOf(changes),
    ...(typeof by === "string" && { by }),
    ...(Array.isArray(steps) && { steps: steps.flatMap(pastStep) }),
  };
}

const numbersOf = (value: unknown): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(typeof value === "object" && value !== null ? value : {}).flatMap(
      ([name, count]: readonly [string, unknown]) => (typeof count === "number" ? [[name, count]] : []),
    ),
  );

function pastStep(value: unknown): readonly PastStep[] {
  if (typeof value !== "object" || value === null) return [];
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const { name, type, operation, changed, reason, failed } = fields;
  if (typeof name !== "string" || typeof type !== "string" || typeof operation !== "string") return [];
  const names: readonly unknown[] = Array.isArray(changed) ? changed : [];
  return [
    {
      name,
      type,
      operation,
      changed: names.filter((each) => typeof each === "string"),
      ...(typeof reason === "string" && { reason }),
      ...(failed === true && { failed }),
    },
  ];
}
