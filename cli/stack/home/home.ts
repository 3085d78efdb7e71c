import { randomBytes } from "node:crypto";
import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { userInfo } from "node:os";
import { isAbsolute, join } from "node:path";

import { homeExposed, homeOfOther, homeUnknown, passphraseMissing, passphraseUnreadable } from "./errors.ts";

/** Folder of everything that must outlive a checkout: state, passphrase, logs. */
export interface Home {
  readonly folder: string;
  readonly passphraseFile: string;
  readonly logs: string;
}

/**
 * Where the state lives: NASIKO_HOME, else `nasiko` below XDG_STATE_HOME, else ~/.local/state/nasiko. What is empty, or
 * relative to wherever the command is called, counts as unset, as the XDG specification wants it.
 * @param account the home folder that the system has for this user, for services and jobs without HOME
 * @throws NSK-HOME-UNKNOWN when none of them is known
 */
export function locateHome(
  chosen: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  account: () => string | undefined = accountHome,
): Home {
  const own = (): string | undefined => absolute(environment["HOME"]) ?? absolute(account());
  const state = (): string | undefined =>
    absolute(environment["XDG_STATE_HOME"]) ?? below(own(), ".local/state");
  const folder = absolute(chosen) ?? below(state(), "nasiko");
  if (folder === undefined) throw homeUnknown(undefined);
  return { folder, passphraseFile: join(folder, "passphrase"), logs: join(folder, "logs") };
}

const absolute = (path: string | undefined): string | undefined =>
  path !== undefined && isAbsolute(path) ? path : undefined;

const below = (folder: string | undefined, name: string): string | undefined =>
  folder === undefined ? undefined : join(folder, name);

function accountHome(): string | undefined {
  try {
    return userInfo().homedir;
  } catch {
    // A container may run as a number that no user of it has.
    return undefined;
  }
}

/** Where decisions about a stack are kept that hold for this machine only. */
export const stackRecordFile = ({ folder }: Pick<Home, "folder">, stack: string): string =>
  join(folder, "stacks", `${stack}.json`);

/**
 * Makes the folders, for the owner only.
 * @throws NSK-HOME-OF-OTHER, NSK-HOME-EXPOSED when somebody else may have read or planted what is there
 */
export function ensureHome({ folder, logs, passphraseFile }: Home): void {
  if (existsSync(folder)) refuseOther(folder);
  if (existsSync(passphraseFile)) {
    refuseExposed(folder, "700");
    refuseOther(passphraseFile);
    refuseExposed(passphraseFile, "600");
  }
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  // One that holds nothing yet is made ours alone, whoever made the folder for us.
  chmodSync(folder, 0o700);
}

/** Where users have no numbers, modes mean nothing either. */
const UID = process.getuid?.();
const GROUP_AND_OTHERS = 0o077;

function refuseOther(path: string): void {
  const { uid: owner } = statSync(path);
  if (UID !== undefined && owner !== UID) throw homeOfOther({ path, owner });
}

/** @param wanted mode as `chmod` takes it */
function refuseExposed(path: string, wanted: string): void {
  const mode = statSync(path).mode & 0o777;
  if (UID !== undefined && (mode & GROUP_AND_OTHERS) !== 0)
    throw homeExposed({ path, mode: mode.toString(8).padStart(4, "0"), wanted });
}

/**
 * The passphrase that the secrets of every stack are encrypted with; made on first use.
 * @throws NSK-PASSPHRASE-MISSING when there are stacks that only the lost one can open;
 *   NSK-PASSPHRASE-UNREADABLE when the file is there but empty or not ours to read.
 */
export function readPassphrase(home: Home): string {
  ensureHome(home);
  if (!existsSync(home.passphraseFile)) {
    const stacks = join(home.folder, ".pulumi", "stacks");
    // A new one would open none of them, and look as if it did.
    if (existsSync(stacks)) throw passphraseMissing({ file: home.passphraseFile, stacks });
    createPassphrase(home);
  }
  try {
    const passphrase = readFileSync(home.passphraseFile, "utf8").trim();
    if (passphrase !== "") return passphrase;
  } catch (error) {
    throw passphraseUnreadable({ file: home.passphraseFile, reason: String(error) }, error);
  }
  throw passphraseUnreadable({ file: home.passphraseFile, reason: "It is empty." });
}

/** Two first runs at once must agree on one passphrase: a hard link fails when the other was faster. */
function createPassphrase({ passphraseFile }: Home): void {
  const draft = `${passphraseFile}.${process.pid}`;
  writeFileSync(draft, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600 });
  try {
    linkSync(draft, passphraseFile);
  } catch (error) {
    if (existsSync(passphraseFile)) return;
    if (!isWithoutLinks(error)) throw error;
    // As good as it gets there: still, nobody's passphrase is overwritten.
    copyFileSync(draft, passphraseFile, constants.COPYFILE_EXCL);
  } finally {
    rmSync(draft);
  }
}

/** What file systems say that know no second names of a file, e.g. those of USB sticks and network shares. */
const isWithoutLinks = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].includes(String(error.code));
