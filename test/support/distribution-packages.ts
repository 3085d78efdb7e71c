import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";

/**
 * Some tests take programs from the distribution: a browser, a terminal, a static busybox, an OCI registry. On Debian and
 * Ubuntu, as root, what is missing is installed here; elsewhere those tests fail and say what they miss.
 */
export function setup(): void {
  if (!existsSync("/usr/bin/apt-get") || process.getuid?.() !== 0) return;
  if (!hasPackageLists()) apt("update", "-qq");
  for (const program of ["chromium", "tmux"])
    if (!existsSync(`/usr/bin/${program}`)) apt("install", "-y", "-qq", "--no-install-recommends", program);
}

const hasPackageLists = (): boolean =>
  readdirSync("/var/lib/apt/lists").some((name) => name.includes("_Packages") || name.endsWith(".lz4"));

const apt = (...args: readonly string[]): void => {
  execFileSync("apt-get", args, {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    stdio: "pipe",
  });
};
