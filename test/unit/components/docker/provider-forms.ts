/** How the official provider reads back what a program told it; what is written in another form is replaced for ever. */
import { isDeepStrictEqual } from "node:util";

type Inputs = Readonly<Record<string, unknown>>;
type Block = Readonly<Record<string, unknown>>;

/** An input, and what the provider would make of it. */
export interface Unlike {
  readonly field: string;
  readonly written: unknown;
  readonly read: unknown;
}

/** Each field of a container, as Docker keeps it and the provider then writes it into the state. */
const FORMS: Readonly<Record<string, (written: unknown) => unknown>> = {
  attach: isTrue,
  capabilities: ofBlock({ adds: setOf(capability), drops: setOf(capability) }),
  command: listOf(nonEmpty),
  cpuShares: integer,
  destroyGraceSeconds: integer,
  entrypoints: listOf(nonEmpty),
  envs: setOf((entry) => (/^[^=]+=/.test(String(entry)) ? entry : undefined)),
  healthcheck: ofBlock({
    interval: duration,
    retries: integer,
    startInterval: duration,
    startPeriod: duration,
    tests: listOf(nonEmpty),
    timeout: duration,
  }),
  image: nonEmpty,
  init: isTrue,
  labels: setOf(ofBlock({ label: nonEmpty, value: nonEmpty })),
  logDriver: nonEmpty,
  logOpts: mapOf(nonEmpty),
  memory: integer,
  memorySwap: integer,
  mustRun: (written) => written === true,
  name: (written) => nonEmpty(String(written).replace(/^\//, "")),
  networksAdvanced: setOf(ofBlock({ aliases: setOf(nonEmpty), name: nonEmpty })),
  // Docker's answer is a map by port; the provider sorts it by the number, not by the text.
  ports: (written) => [...blocks(written)].map(port).sort((a, b) => a.internal - b.internal),
  readOnly: (written) => written === true,
  restart: (written) =>
    ["no", "on-failure", "always", "unless-stopped"].includes(String(written)) ? written : "no",
  securityOpts: setOf(nonEmpty),
  stopSignal: (written) => (/^SIG[A-Z0-9+-]+$/.test(String(written)) ? written : undefined),
  stopTimeout: integer,
  // Mounted with no option of its own, a path has the empty text.
  tmpfs: mapOf(String),
  uploads: setOf(
    ofBlock({
      content: nonEmpty,
      file: absolute,
      group: digits,
      owner: digits,
      permissions: (written) => (/^0[0-7]{3}$/.test(String(written)) ? written : undefined),
    }),
  ),
  user: nonEmpty,
  volumes: setOf(
    ofBlock({ containerPath: absolute, hostPath: absolute, readOnly: isTrue, volumeName: nonEmpty }),
  ),
  wait: isTrue,
  waitTimeout: integer,
};

/** The inputs of one container that the provider would read back in another form, or that it does not know. */
export function unlikeForms(inputs: Inputs): readonly Unlike[] {
  return Object.entries(inputs).flatMap(([field, written]) => {
    const read = FORMS[field]?.(written);
    return isDeepStrictEqual(read, written) && !isEmpty(written) ? [] : [{ field, written, read }];
  });
}

/** The provider knows no empty list: it reads back none at all. */
const isEmpty = (value: unknown): boolean =>
  value === "" || (typeof value === "object" && value !== null && Object.keys(value).length === 0);

/** Go's `time.Duration.String()`, in whole nanoseconds. */
export function duration(written: unknown): string {
  const units: Readonly<Record<string, bigint>> = {
    h: 3_600_000_000_000n,
    m: 60_000_000_000n,
    s: 1_000_000_000n,
    ms: 1_000_000n,
  };
  const parts = [...String(written).matchAll(/(\d+)(h|ms|m|s)/g)];
  const total = parts.reduce(
    (sum, [, amount = "0", unit = ""]) => sum + BigInt(amount) * (units[unit] ?? 0n),
    0n,
  );
  if (total === 0n) return "0s";
  if (total < 1_000_000_000n) return `${total / 1_000_000n}ms`;
  const seconds = total / 1_000_000_000n;
  const [hours, minutes] = [seconds / 3600n, (seconds / 60n) % 60n];
  const rest = `${seconds % 60n}s`;
  if (hours > 0n) return `${hours}h${minutes}m${rest}`;
  return minutes > 0n ? `${minutes}m${rest}` : rest;
}

const blocks = (written: unknown): readonly Block[] =>
  Array.isArray(written) ? (written as readonly Block[]) : [];

const port = ({ internal, external, ip, protocol }: Block): { readonly internal: number } => ({
  internal: Number(internal),
  ...{ external: Number(external), ip: String(ip), protocol: String(protocol).toLowerCase() },
});

function ofBlock(fields: Readonly<Record<string, (written: unknown) => unknown>>) {
  return (written: unknown): unknown =>
    Object.fromEntries(
      Object.entries(written as Block).flatMap(([name, value]) =>
        isEmpty(value) ? [] : [[name, fields[name]?.(value)]],
      ),
    );
}

function listOf(form: (written: unknown) => unknown) {
  return (written: unknown): unknown => (Array.isArray(written) ? written.map(form) : undefined);
}

/** Without order; what is in it twice is there once. */
function setOf(form: (written: unknown) => unknown) {
  return (written: unknown): unknown => {
    const items: unknown = listOf(form)(written);
    return Array.isArray(items) && new Set(items.map((item) => JSON.stringify(item))).size === items.length
      ? (items as unknown)
      : undefined;
  };
}

function mapOf(form: (written: unknown) => unknown) {
  return (written: unknown): unknown =>
    Object.fromEntries(Object.entries(written as Block).map(([key, value]) => [key, form(value)]));
}

function integer(written: unknown): number | undefined {
  return Number.isInteger(Number(written)) ? Number(written) : undefined;
}

function isTrue(written: unknown): true | undefined {
  return written === true ? true : undefined;
}

function nonEmpty(written: unknown): string | undefined {
  return typeof written === "string" && written !== "" ? written : undefined;
}

function absolute(written: unknown): string | undefined {
  return /^\/(?:[^/]+(?:\/[^/]+)*)?$/.test(String(written)) ? String(written) : undefined;
}

function digits(written: unknown): string | undefined {
  return /^\d+$/.test(String(written)) ? String(written) : undefined;
}

/** Docker names every capability in full. */
function capability(written: unknown): string {
  const name = String(written).toUpperCase();
  return name === "ALL" || name.startsWith("CAP_") ? name : `CAP_${name}`;
}
