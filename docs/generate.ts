import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { commandPage } from "./command-page.ts";
import { servicesPage } from "./services-page.ts";
import { architecturePage } from "./pages/architecture.ts";
import { securityPage } from "./pages/security.ts";
import { troubleshootingPage } from "./pages/troubleshooting.ts";
import { configurationPage, envExample } from "./settings-page.ts";
import { projectFile } from "./project-file.ts";

/** Pages that are made from data, by path in the checkout. */
export const GENERATED: Readonly<Record<string, () => string>> = {
  ".env.local.example": envExample,
  "Pulumi.yaml": projectFile,
  "docs/CLI.md": commandPage,
  "docs/CONFIGURATION.md": configurationPage,
  "docs/SERVICES.md": servicesPage,
  "docs/ARCHITECTURE_NOTES.md": architecturePage,
  "docs/SECURITY.md": securityPage,
  "docs/TROUBLESHOOTING.md": troubleshootingPage,
};

const root = join(import.meta.dirname, "..");

/** Paths whose content on disk is not what the data says. */
export const stalePages = (): readonly string[] =>
  Object.entries(GENERATED).flatMap(([path, make]) => (read(join(root, path)) === make() ? [] : [path]));

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  for (const [path, make] of Object.entries(GENERATED)) writeFileSync(join(root, path), make());
}
