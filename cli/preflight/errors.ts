import { defineError } from "../../platform/errors/define-error.ts";

/** Who has a port that we want. */
export type PortOwner =
  | { readonly kind: "container"; readonly name: string }
  | { readonly kind: "process"; readonly pid: number; readonly command: string }
  | { readonly kind: "unknown" };

export interface PortConflict {
  readonly port: number;
  readonly service: string;
  /** Setting that moves the port. */
  readonly setting: string;
  readonly owner: PortOwner;
  /** A port that is free now. */
  readonly freePort: number;
}

export const portInUse = defineError("NSK-PORT-IN-USE", {
  exitCode: 12,
  sentence: ({ port, service }: PortConflict) => `Port ${port}, wanted by ${service}, is taken.`,
  detail: ({ owner }) => `It belongs to ${describeOwner(owner)}.`,
  suggestion: ({ setting, freePort }) => `${setting}=${freePort} ./nasiko local up`,
});

function describeOwner(owner: PortOwner): string {
  switch (owner.kind) {
    case "container":
      return `the container ${owner.name}; to stop it: docker stop ${owner.name}`;
    case "process":
      return `process ${owner.pid}: ${owner.command}`;
    case "unknown":
      return "a process that this user may not see";
  }
}
