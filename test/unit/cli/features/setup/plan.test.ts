import { describe, expect, test } from "vitest";

import type { Machine } from "../../../../../cli/features/setup/machine.ts";
import { planSetup } from "../../../../../cli/features/setup/plan.ts";

const bare: Machine = {
  debian: true,
  root: true,
  serviceManager: false,
  engineAnswers: false,
  engineInstalled: false,
  debootstrapInstalled: false,
};

describe("setup", () => {
  test("installs and starts everything on a bare machine", () => {
    expect(planSetup(bare)).toEqual({
      possible: true,
      steps: [{ kind: "install", packages: ["docker.io", "debootstrap"] }, { kind: "start-engine" }],
    });
  });

  test("leaves an engine alone that answers", () => {
    expect(planSetup({ ...bare, engineAnswers: true })).toEqual({
      possible: true,
      steps: [{ kind: "install", packages: ["debootstrap"] }],
    });
  });

  test("only starts an engine that is installed", () => {
    expect(planSetup({ ...bare, engineInstalled: true, debootstrapInstalled: true })).toEqual({
      possible: true,
      steps: [{ kind: "start-engine" }],
    });
  });

  test("lets the service manager start what it installs", () => {
    expect(planSetup({ ...bare, serviceManager: true })).toEqual({
      possible: true,
      steps: [{ kind: "install", packages: ["docker.io", "debootstrap"] }],
    });
  });

  test("does nothing where nothing is missing, whoever asks", () => {
    const machine = { ...bare, root: false, debian: false, engineAnswers: true, debootstrapInstalled: true };
    expect(planSetup(machine)).toEqual({ possible: true, steps: [] });
  });

  test.each([{ root: false }, { debian: false }])(
    "says what is missing where it cannot help: %o",
    (limits) => {
      expect(planSetup({ ...bare, ...limits })).toEqual({
        possible: false,
        missing: ["install docker.io and debootstrap with apt-get", "start the Docker engine"],
      });
    },
  );
});
