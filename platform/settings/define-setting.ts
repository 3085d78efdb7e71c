import type { z } from "zod";

/** One knob of the platform: everything about it stands here, once. */
export interface Setting<Value> {
  /** Environment variable, e.g. "NASIKO_PORT_KONG". */
  readonly env: string;
  /** Whether `nasiko:<name>` in the stack's config sets it, too; the rest belongs to a machine, not to a stack. */
  readonly stackConfig: boolean;
  /** Parses the text, or the file that it names; a reason that the schema gives by itself is what the user reads. */
  readonly schema: z.ZodType<Value, string | undefined>;
  /** Text that counts when nothing is set; undefined: the schema decides. */
  readonly default: string | undefined;
  /** One line of help. */
  readonly help: string;
  /** Never shown, always a secret in state and plan. @default false */
  readonly secret?: true;
  /** A secret that the stack generates when nobody sets it. @default false */
  readonly generated?: true;
  /** Every place that sets it has to say the same: two answers are a mistake, not an order. @default false */
  readonly unanimous?: true;
  /**
   * The default is a host port, which NASIKO_PORT_OFFSET moves and a chosen one is not: what nobody sets has no value,
   * so that both are told apart. @default false
   */
  readonly movable?: true;
  /** The text is the path of a file, and the schema parses what is in it. @default false */
  readonly file?: true;
  /** What is allowed, in words, for messages and documents, e.g. "a port, 1 to 65535". */
  readonly allowed: string;
}

export const defineSetting = <Value>(setting: Setting<Value>): Setting<Value> => setting;
