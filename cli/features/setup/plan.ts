import type { Machine } from "./machine.ts";

/** One thing that setup does. */
export type SetupStep =
  | { readonly kind: "install"; readonly packages: readonly string[] }
  /** Start the engine by hand: no service manager does it. */
  | { readonly kind: "start-engine" };

/** What is missing and can be put in place here; or why it cannot. */
export type SetupPlan =
  | { readonly possible: true; readonly steps: readonly SetupStep[] }
  | { readonly possible: false; readonly missing: readonly string[] };

/** Decides what setup does; touches nothing. */
export function planSetup(machine: Machine): SetupPlan {
  const packages = [
    ...(machine.engineAnswers || machine.engineInstalled ? [] : ["docker.io"]),
    ...(machine.debootstrapInstalled ? [] : ["debootstrap"]),
  ];
  const start = !machine.engineAnswers && !(machine.serviceManager && !machine.engineInstalled);
  const steps: readonly SetupStep[] = [
    ...(packages.length === 0 ? [] : [{ kind: "install", packages } as const]),
    ...(start ? [{ kind: "start-engine" } as const] : []),
  ];
  const possible = steps.length === 0 || (machine.debian && machine.root);
  return possible ? { possible, steps } : { possible, missing: steps.map(describeStep) };
}

export function describeStep(step: SetupStep): string {
  switch (step.kind) {
    case "install":
      return `install ${step.packages.join(" and ")} with apt-get`;
    case "start-engine":
      return "start the Docker engine";
  }
}
