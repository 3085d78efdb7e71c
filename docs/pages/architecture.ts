import { readFileSync } from "node:fs";
import { join } from "node:path";

import { type Blueprint, buildBlueprint } from "../../platform/blueprint/blueprint.ts";
import { catalogue } from "../../platform/services/catalogue.ts";
import { NETWORK_ROLES } from "../../platform/services/service-spec.ts";
import { bundleImages } from "../../services/bundle/bundle.ts";
import { resolveSettings } from "../../platform/settings/resolve.ts";

const ROOT = join(import.meta.dirname, "../..");

/** `docs/ARCHITECTURE_NOTES.md`: notes by hand, and diagrams of the blueprint where the notes ask for them. */
export function architecturePage(): string {
  const notes = readFileSync(join(import.meta.dirname, "architecture.md"), "utf8");
  const blueprint = everything();
  return notes
    .replace("{{dependencies}}", mermaid(dependencyDiagram(blueprint)))
    .replace("{{networks}}", mermaid(networkDiagram(blueprint)));
}

/** The whole platform in mode enterprise, with no agent: those are the user's. */
function everything(): Blueprint {
  const stackConfig = {
    "nasiko:authMode": "enterprise",
    "nasiko:publicImages": "registry",
    "nasiko:agents": "{}",
  };
  // Pages are the same on every machine, whatever its architecture.
  const result = resolveSettings({ stack: "enterprise", architecture: "x64", env: [], stackConfig });
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join("\n"));
  bundleImages(ROOT);
  return buildBlueprint({ root: ROOT, settings: result.resolved.settings, catalogue });
}

const mermaid = (lines: readonly string[]): string => ["```mermaid", ...lines, "```"].join("\n");

/** Who waits for whom, by layer. */
function dependencyDiagram({ layers }: Blueprint): readonly string[] {
  return [
    "flowchart LR",
    ...layers.flatMap(({ name, services }) => [
      `  subgraph ${name}`,
      ...services.map(
        (service) => `    ${service.name}${service.kind === "job" ? `([${service.name}])` : ""}`,
      ),
      "  end",
    ]),
    ...layers
      .flatMap(({ services }) => services)
      .flatMap((service) =>
        Object.entries(service.dependsOn).map(
          ([needed, condition]) => `  ${service.name} -->|${condition}| ${needed}`,
        ),
      ),
  ];
}

/** Who stands on which network. */
function networkDiagram({ layers }: Blueprint): readonly string[] {
  const services = layers.flatMap((layer) => layer.services);
  return [
    "flowchart LR",
    ...NETWORK_ROLES.map((role) => `  net-${role}{{${role}}}`),
    ...services.flatMap(({ name, container }) =>
      container.networks.map(({ role }) => `  ${name} --- net-${role}`),
    ),
    "  agents-of-users([every agent]) --- net-agents",
  ];
}
