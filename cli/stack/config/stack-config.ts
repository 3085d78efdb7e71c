import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { openCrypter } from "../../../engine/core/secrets.ts";
import { parseBoundedYaml } from "../../../engine/formats/yaml-limits.ts";
import type { Places } from "../../../platform/blueprint/agent-folder.ts";
import { defineError } from "../../../platform/errors/define-error.ts";

/** What a stack's config file says. */
export interface StackConfig {
  /** Full keys, e.g. "nasiko:agents"; structured values as JSON text, as Pulumi hands them to programs. */
  readonly values: Readonly<Record<string, string>>;
  /** What is encrypted, in whole or in part. @default nothing */
  readonly sealed?: SealedConfig;
}

/** Encrypted values, in the form that Pulumi writes them. */
export interface SealedConfig {
  /** Name, for messages. */
  readonly file: string;
  /** Salt of the stack's passphrase, and a word that proves it. */
  readonly salt: string;
  /** By full key; wherever `{ secure: … }` stands, there is a ciphertext. */
  readonly values: Readonly<Record<string, unknown>>;
}

const stackConfigInvalid = defineError("NSK-STACK-CONFIG-INVALID", {
  exitCode: 10,
  sentence: ({ file }: { readonly file: string; readonly reason: string }) =>
    `The stack's config ${file} cannot be used.`,
  detail: ({ reason }) => reason,
  suggestion: ({ file }) => `Correct ${file}, or bring it back: git checkout ${file}`,
});

/** Bytes; with the secrets of a hundred agents it has a tenth of that. */
const LARGEST_FILE = 1024 * 1024;

const ConfigFile = z.object({
  encryptionsalt: z.string().optional(),
  config: z
    .record(
      z.string(),
      z.union([z.string(), z.number(), z.boolean(), z.record(z.string(), z.unknown()), z.array(z.unknown())]),
    )
    .nullish(),
});

/** Salt in a stack's config file; undefined while nothing in it was ever encrypted. */
export function stackConfigSalt(text: string): string | undefined {
  return ConfigFile.parse(parseBoundedYaml(text) ?? {}).encryptionsalt;
}

/** Name of the stack's config file. */
export const stackConfigFile = (stack: string): string => `Pulumi.${stack}.yaml`;

/** Where a stack's config file is read: with the program, else as it is shipped. It is written with the program only. */
export function configFolder({ root, program }: Required<Places>, stack: string): string {
  return existsSync(join(program, stackConfigFile(stack))) ? program : root;
}

/** What counts for a stack: its file with the program, else the one that is shipped. @throws as {@link readStackConfig} */
export function stackConfigOf(places: Required<Places>, stack: string): StackConfig {
  return readStackConfig(configFolder(places, stack), stack);
}

/**
 * Reads `Pulumi.<stack>.yaml`; a stack without the file has no config of its own.
 * @throws NSK-STACK-CONFIG-INVALID when it is no YAML, no config, or holds ciphertexts without a salt.
 */
export function readStackConfig(folder: string, stack: string): StackConfig {
  const file = stackConfigFile(stack);
  if (!existsSync(join(folder, file))) return { values: {} };
  const status = statSync(join(folder, file));
  // A named pipe has no end, and a parser has to get through.
  if (!status.isFile() || status.size > LARGEST_FILE)
    throw stackConfigInvalid({ file, reason: `It is no file, or larger than ${LARGEST_FILE / 1024} KiB.` });
  const { config, encryptionsalt: salt } = parseConfig(file, readFileSync(join(folder, file), "utf8"));
  const entries = Object.entries(config ?? {});
  const sealed = entries.filter(([, value]) => isSealed(value));
  const open = entries.filter(([, value]) => !isSealed(value));
  const values = Object.fromEntries(open.map(([key, value]) => [key, asText(value)]));
  const [first] = sealed;
  if (first === undefined) return { values };
  if (salt === undefined)
    throw stackConfigInvalid({ file, reason: `${first[0]} is encrypted, but there is no encryptionsalt.` });
  return { values, sealed: { file, salt, values: Object.fromEntries(sealed) } };
}

/**
 * Opens the encrypted values.
 * @returns full keys, as in {@link StackConfig}
 * @throws NSK-PASSPHRASE-WRONG, NSK-STACK-CONFIG-INVALID
 */
export async function openConfig(
  { file, salt, values }: SealedConfig,
  passphrase: string,
): Promise<Readonly<Record<string, string>>> {
  const crypter = await crypterOf(passphrase, salt);
  const open = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(open);
    if (typeof value !== "object" || value === null) return value;
    const ciphertext = cipherOf(value);
    if (ciphertext !== undefined) return crypter.decrypt(ciphertext);
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, open(child)]));
  };
  try {
    return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, asText(open(value))]));
  } catch (error) {
    const reason = "What is encrypted in it was encrypted with another passphrase, or is damaged.";
    throw stackConfigInvalid({ file, reason }, error);
  }
}

const crypters = new Map<string, ReturnType<typeof openCrypter>>();

/** Deriving a key takes a third of a second, and one command asks for the settings several times. */
function crypterOf(passphrase: string, salt: string): ReturnType<typeof openCrypter> {
  const key = `${passphrase}\n${salt}`;
  const crypter = crypters.get(key) ?? openCrypter(passphrase, salt);
  crypters.set(key, crypter);
  return crypter;
}

/** As Pulumi tells it: an object with nothing but a text `secure`. */
function cipherOf(value: object): string | undefined {
  const [entry, ...others] = Object.entries(value) as readonly (readonly [string, unknown])[];
  const [key, text] = entry ?? [];
  return key === "secure" && typeof text === "string" && others.length === 0 ? text : undefined;
}

function isSealed(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return cipherOf(value) !== undefined || Object.values(value).some(isSealed);
}

const asText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

function parseConfig(file: string, text: string): z.output<typeof ConfigFile> {
  try {
    return ConfigFile.parse(parseBoundedYaml(text) ?? {});
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw stackConfigInvalid({ file, reason }, error);
  }
}
