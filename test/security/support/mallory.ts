import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Name of the attacker's agent. */
export const MALLORY = "mallory";

/**
 * An agent whose author attacks: it tells every header that it gets, its card shows those of whoever read it, and
 * other paths answer what a hostile page would.
 */
export function writeMallory(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "Dockerfile"),
    'FROM node:24-bookworm-slim\nCOPY main.mjs /\nUSER 1000:1000\nCMD ["node", "/main.mjs"]\n',
  );
  writeFileSync(
    join(folder, "docker-compose.yml"),
    `services:\n  ${MALLORY}:\n    build: .\n    mem_limit: 256m\n`,
  );
  cpSync(join(import.meta.dirname, "mallory-program.js"), join(folder, "main.mjs"));
}
