import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { catalogueProblems } from "../../../../platform/blueprint/rules.ts";
import type { PortSpec, ServiceSpec } from "../../../../platform/services/service-spec.ts";
import { arbitraryCatalogue, job, service } from "./catalogues.ts";

const problems = (services: readonly ServiceSpec[]): readonly string[] =>
  catalogueProblems(services).map(({ message }) => message);

const port = (host: number): PortSpec => ({ name: "p", internal: 80, host, setting: "NASIKO_PORT_P" });

describe("the rules of a catalogue", () => {
  test("let a sound one pass", () => {
    fc.assert(
      fc.property(arbitraryCatalogue(), (catalogue) => {
        expect(problems(catalogue)).toEqual([]);
      }),
    );
  });

  test("refuse two services of one name", () => {
    expect(problems([service("a"), service("a")])).toEqual(["Two services are called a."]);
  });

  test("refuse a dependency that does not exist", () => {
    expect(problems([service("a", { dependsOn: { b: "healthy" } })])).toEqual([
      "a depends on b, which does not exist.",
    ]);
  });

  test("refuse waiting for what never comes", () => {
    const services = [
      job("migrate"),
      service("db"),
      service("a", { dependsOn: { migrate: "healthy", db: "completed" } }),
    ];
    expect(problems(services)).toEqual([
      "a waits for migrate to be healthy, which it never is.",
      "a waits for db to be completed, which it never is.",
    ]);
  });

  test("refuse a dependency on a later layer", () => {
    const services = [
      service("db", { dependsOn: { kong: "healthy" } }),
      service("kong", { layer: "gateway" }),
    ];
    expect(problems(services)).toEqual(["db (layer data) depends on kong of the later layer gateway."]);
  });

  test("refuse one host port for two, and propose another", () => {
    const found = catalogueProblems([
      service("a", { ports: [port(80)] }),
      service("b", { ports: [port(80)] }),
    ]);
    expect(found.map(({ message }) => message)).toEqual(["Host port 80 is wanted by a and b."]);
    expect(found[0]?.suggestion).toBe("NASIKO_PORT_P=81 ./nasiko local up");
  });

  test("propose a port that no other service wants", () => {
    const found = catalogueProblems([
      service("a", { ports: [port(80)] }),
      service("b", { ports: [port(80)] }),
      service("c", { ports: [port(81)] }),
    ]);
    expect(found[0]?.suggestion).toBe("NASIKO_PORT_P=82 ./nasiko local up");
  });

  test("refuse a host port beyond the last", () => {
    expect(problems([service("a", { ports: [port(70_000)] })])).toEqual([
      "Host port 70000 of a is above 65535.",
    ]);
  });

  test("refuse files where Docker could not copy them", () => {
    const files = [{ path: "/etc/a.conf", content: "x" }];
    expect(problems([service("a", { files, readOnly: false })])).toEqual([]);
    expect(problems([service("a", { files })])).toEqual([
      "a has files but a read-only root file system: Docker cannot copy them in.",
    ]);
  });
});
