import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import { jsonIn } from "../../formats/json-text.ts";
import { credentialsUnreadable } from "./pull-errors.ts";

/** A login as the engine takes it. */
export interface RegistryAuth {
  readonly username?: string;
  readonly password?: string;
  /** Instead of user and password, from a login in a browser. */
  readonly identitytoken?: string;
  readonly serveraddress: string;
}

/** Looks up the login for a registry, e.g. "docker.io" or "127.0.0.1:5000"; undefined when there is none. */
export type FindRegistryAuth = (registry: string) => Promise<RegistryAuth | undefined>;

/** Docker Hub's name in files of logins, for historical reasons. */
const DOCKER_HUB = "https://index.docker.io/v1/";

/** Milliseconds that a credential helper may take; it may ask a keychain, but nobody can answer a question. */
const HELPER_PATIENCE = 30_000;

const ConfigFile = z.object({
  auths: z
    .record(
      z.string(),
      z.object({
        auth: z.string().optional(),
        username: z.string().optional(),
        password: z.string().optional(),
        identitytoken: z.string().optional(),
      }),
    )
    .optional(),
  credsStore: z.string().optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
});
type ConfigFile = z.output<typeof ConfigFile>;

const HelperAnswer = z.object({ Username: z.string(), Secret: z.string() });

/**
 * Logins as `docker login` keeps them: a program per registry (credHelpers), one for all (credsStore), or the file
 * itself, in this order.
 * @param folder Docker's config folder, which holds config.json; undefined: there are no logins
 */
export function registryAuthFrom(folder: string | undefined): FindRegistryAuth {
  return async (registry) => {
    const config = folder === undefined ? {} : await readConfig(join(folder, "config.json"), registry);
    const server = registry === "docker.io" ? DOCKER_HUB : registry;
    const helper = config.credHelpers?.[registry] ?? config.credHelpers?.[server] ?? config.credsStore;
    if (helper !== undefined && helper !== "") return askHelper(helper, server);
    return fromFile(config, registry, server);
  };
}

/** @throws NSK-CREDENTIALS-UNREADABLE when the file is there but of no use */
async function readConfig(path: string, registry: string): Promise<ConfigFile> {
  try {
    return ConfigFile.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    // Not the text of the file: there are passwords in it.
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : "It cannot be read as JSON.";
    throw credentialsUnreadable({ what: path, reason, registry }, error);
  }
}

function fromFile({ auths = {} }: ConfigFile, registry: string, server: string): RegistryAuth | undefined {
  const login = Object.entries(auths).find(([key]) => hostOf(key) === registry)?.[1];
  if (login === undefined) return undefined;
  if (login.identitytoken !== undefined && login.identitytoken !== "")
    return { identitytoken: login.identitytoken, serveraddress: server };
  const [user = "", ...password] = Buffer.from(login.auth ?? "", "base64")
    .toString("utf8")
    .split(":");
  const username = login.username ?? user;
  if (username === "") return undefined;
  return { username, password: login.password ?? password.join(":"), serveraddress: server };
}

/** Keys of the file are hosts or, from older days, URLs. */
function hostOf(key: string): string {
  const [host = ""] = key.replace(/^https?:\/\//, "").split("/");
  return /^(?:index\.|registry-1\.)?docker\.io$/.test(host) ? "docker.io" : host;
}

/** The registry's name goes in, the login comes out; helpers tell what is wrong on stdout. */
async function askHelper(helper: string, server: string): Promise<RegistryAuth | undefined> {
  const { execa } = await import("execa");
  const program = `docker-credential-${helper}`;
  const result = await execa(program, ["get"], {
    input: `${server}\n`,
    timeout: HELPER_PATIENCE,
    killSignal: "SIGKILL",
    reject: false,
  });
  // A program that could not be started has no stdout, whatever the types say.
  const answered: string = (result.stdout as string | undefined)?.trim() ?? "";
  if (result.failed) {
    // How every helper says that it knows no login; it is then as if there were no helper.
    if (/credentials not found/i.test(answered)) return undefined;
    const reason = answered === "" ? (result.originalMessage ?? result.shortMessage ?? "") : answered;
    throw credentialsUnreadable({ what: program, reason, registry: server }, result);
  }
  const answer = HelperAnswer.safeParse(jsonIn(answered));
  if (!answer.success)
    throw credentialsUnreadable({ what: program, reason: "Its answer is no login.", registry: server });
  const { Username: username, Secret: password } = answer.data;
  return username === "<token>"
    ? { identitytoken: password, serveraddress: server }
    : { username, password, serveraddress: server };
}
