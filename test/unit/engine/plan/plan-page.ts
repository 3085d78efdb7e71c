import { effectsOf, stepOf } from "../../../../engine/providers/docker/argument-steps.ts";
import { CONTAINER_FIELDS } from "../../../../engine/providers/docker/container-fields.ts";
import {
  type SharedChange,
  SHARED_CHANGES,
  SPEC_CHANGES,
  type SpecChange,
} from "../../../../platform/blueprint/spec-changes.ts";

const INTRODUCTION = `# What a change does

\`preview\` says what \`up\` does. This page says it beforehand: for every field of a service's description, the step
that a change of it yields. It is made from the tables that the planning itself uses
(\`platform/blueprint/spec-changes.ts\` and \`engine/providers/docker/container-fields.ts\`), and a test keeps it so.

* **none**: nothing that runs is touched.
* **update**: the container stays, with its id; Docker changes it in place, or only the way we treat it changes.
* **replace**: the old container is stopped with its grace period and removed, then the new one is made.
* **create, delete**: another resource is made beside it; the old one goes last, when everything else went well.

What only waits for a container (\`dependsOn\`) does not follow its replacement. An agent's container carries the hash
of its image and description in its name, so every change of an agent is a *create, delete*.`;

/** The page of the documentation, before prettier. */
export function planPage(): string {
  return [
    INTRODUCTION,
    "## A service's description",
    table(
      ["Field", "Arguments of the container", "Step", "Why"],
      Object.entries(SPEC_CHANGES).map(([field, change]) => specRow(field, change)),
    ),
    "## What containers share",
    table(["What", "Resource", "Step", "Containers that follow", "Why"], SHARED_CHANGES.map(sharedRow)),
    "## Arguments of `docker.Container`",
    `Labels, restart policy and CPU are no fields of a description: they follow from others (name, kind, image) or are
set in a \`transform\`. A limit that is taken away replaces, because Docker takes a zero for “leave it”. *record*: an
update that only tells us how to treat the container from now on; there is nothing in Docker to change.`,
    table(
      ["Argument", "A change", "Why"],
      Object.entries(CONTAINER_FIELDS).map(([name, { effect, reason, refused }]) => [
        code(name),
        refused === undefined ? effect : "refused",
        reason,
      ]),
    ),
  ].join("\n\n");
}

function specRow(field: string, change: SpecChange): readonly string[] {
  switch (change.kind) {
    case "nothing":
      return [code(field), "", "none", change.why];
    case "identity":
      return [code(field), "", "create, delete", change.why];
    case "arguments": {
      const effects = effectsOf(change.arguments);
      const why = [...new Set(effects.map(({ reason }) => reason)), ...(change.note ? [change.note] : [])];
      return [code(field), change.arguments.map(code).join(", "), stepOf(effects), why.join("; ")];
    }
  }
}

function sharedRow({ what, resource, step, readBy, why }: SharedChange): readonly string[] {
  return [what, code(resource), step, `${stepOf(effectsOf(readBy))} (${readBy.map(code).join(", ")})`, why];
}

const code = (name: string): string => `\`${name}\``;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
