import { join } from "node:path";
import { portProblem, throwProblems } from "../../../../services/lib/variable-problems.ts";

export interface Settings {
  /** Address to listen on. @default "0.0.0.0" */
  readonly host: string;
  /** @default 5678 */
  readonly port: number;
  /** Folder of the database; belongs on a volume. @default "/home/node/.n8n" */
  readonly folder: string;
  /** Data that was made with one key is refused with another, as by n8n. */
  readonly encryptionKey: string;
  /** Key of the public API; undefined: nobody may use it. */
  readonly apiKey: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws Error that names every variable that is missing or wrong */
export function readSettings(environment: Environment): Settings {
  const encryptionKey = environment["N8N_ENCRYPTION_KEY"] ?? "";
  const port = Number(environment["N8N_PORT"] ?? "5678");
  throwProblems([encryptionKey === "" ? "N8N_ENCRYPTION_KEY is not set" : "", portProblem("N8N_PORT", port)]);
  const apiKey = environment["NASIKO_N8N_API_KEY"] ?? "";
  return {
    host: environment["N8N_LISTEN_ADDRESS"] ?? "0.0.0.0",
    port,
    folder: join(environment["N8N_USER_FOLDER"] ?? "/home/node", ".n8n"),
    encryptionKey,
    apiKey: apiKey === "" ? undefined : apiKey,
  };
}
