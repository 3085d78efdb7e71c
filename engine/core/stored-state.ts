import type { StackAddress } from "./backend.ts";
import { backendPaths, readCheckpoint } from "./backend.ts";
import type { Deployment, SealedDeployment } from "./deployment.ts";
import { openDeployment, parseCheckpoint, UnknownFeatures, UnknownVersion } from "./deployment.ts";
import type { Action } from "../errors/actions.ts";
import { engineUnsupported, stateUnreadable } from "./errors.ts";
import { messageOf } from "./journal.ts";
import type { ResourceRecord } from "./resource-record.ts";
import { createSealer } from "./sealing.ts";
import type { SealedProperties } from "./values.ts";
import { integrityProblem } from "./state-integrity.ts";
import type { Sealer } from "./sealing.ts";
import type { Crypter } from "./secrets.ts";
import { createCrypter, openCrypter } from "./secrets.ts";

const EMPTY: SealedDeployment = { stack: undefined, salt: undefined, resources: [], operations: [] };

/**
 * Reads a stack's state without opening its secrets.
 * @returns undefined when there is no such stack
 * @throws NSK-STATE-UNREADABLE
 */
export async function readSealed(address: StackAddress): Promise<SealedDeployment | undefined> {
  const text = await readCheckpoint(address);
  if (text === undefined) return undefined;
  const file = backendPaths(address).checkpoint;
  const sealed = parsed(file, text);
  const problem = integrityProblem(sealed, address);
  if (problem !== undefined) throw stateUnreadable({ file, why: problem, ...renamed(sealed, address) });
  return sealed;
}

const NEWER_VERSION = { id: "use-newer-version" } as const;

/**
 * After `pulumi stack rename` every name changes, those of volumes included, and with them the data would go. Only
 * the old name finds it again.
 */
function renamed({ stack }: SealedDeployment, address: StackAddress): { readonly remedy?: Action } {
  const before = stack?.split("/").at(-1);
  if (before === undefined || before === address.stack) return {};
  return { remedy: { id: "rename-stack-back", stack: address.stack, before } };
}

function parsed(file: string, text: string): SealedDeployment {
  try {
    return parseCheckpoint(text);
  } catch (error) {
    // The copy of the state before would take back what the other program did.
    if (error instanceof UnknownFeatures)
      throw engineUnsupported(
        { what: `what the state makes use of: ${error.features.join(", ")}`, where: file },
        error,
      );
    const remedy = error instanceof UnknownVersion ? { remedy: NEWER_VERSION } : {};
    throw stateUnreadable({ file, why: messageOf(error), ...remedy }, error);
  }
}

/** A state that can be worked on, and what it takes to write it again. */
export interface OpenedState {
  readonly deployment: Deployment;
  readonly sealer: Sealer;
  readonly salt: string;
}

/**
 * Opens the secrets of a state; an absent state opens as an empty one with a salt of its own.
 * @throws NSK-PASSPHRASE-WRONG, NSK-STATE-UNREADABLE
 */
export async function openState(
  address: StackAddress,
  sealed: SealedDeployment = EMPTY,
  passphrase: string,
): Promise<OpenedState> {
  const crypter = await crypterFor(sealed, passphrase);
  const sealer = createSealer(crypter);
  try {
    return { deployment: openDeployment(sealed, sealer), sealer, salt: crypter.salt };
  } catch (error) {
    throw stateUnreadable({ file: backendPaths(address).checkpoint, why: messageOf(error) }, error);
  }
}

/**
 * A state as something to take apart: its secrets stay sealed, and are written again as they were read. So nobody waits
 * for the key.
 * @returns undefined where secrets are needed: for what a killed run left open, and to write a state without a salt
 */
export function keepSealed(sealed: SealedDeployment | undefined): OpenedState | undefined {
  if (sealed?.salt === undefined || sealed.operations.length > 0) return undefined;
  const { salt, resources, operations } = sealed;
  const asItIs: Sealer = {
    // A run that deletes writes records as it read them, or not at all.
    seal: (_owner, properties) => properties as SealedProperties,
    open: (_owner, properties) => properties,
  };
  return { deployment: { resources, operations }, sealer: asItIs, salt };
}

export function crypterFor({ salt }: SealedDeployment, passphrase: string): Promise<Crypter> {
  return salt === undefined ? createCrypter(passphrase) : openCrypter(passphrase, salt);
}

/** What the Pulumi CLI can put on a record that would be broken by an engine that does not honour it. */
const BINDING_FIELDS = [
  "external",
  "retainOnDelete",
  "deletedWith",
  "replaceWith",
  "replacementTrigger",
  "viewOf",
  "resourceHooks",
  "extensionRef",
];

/** @throws NSK-ENGINE-UNSUPPORTED naming the first such field and its resource */
export function refuseForeignFields(resources: readonly ResourceRecord[]): void {
  for (const { urn, rest } of resources)
    for (const field of BINDING_FIELDS)
      if (field in rest) throw engineUnsupported({ what: `${field}, which the state records`, where: urn });
}
