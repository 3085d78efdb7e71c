import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { CONTAINER_FIELDS } from "../../../../../engine/providers/docker/container-fields.ts";
import { IMAGE_FIELDS } from "../../../../../engine/providers/docker/image/image-fields.ts";
import {
  NETWORK_FIELDS,
  VOLUME_FIELDS,
} from "../../../../../engine/providers/docker/network-and-volume-fields.ts";
import type { BlockField, Fields, Shape } from "../../../../../engine/providers/schema/fields.ts";

/** Names of the fields of an interface in the SDK's declarations. */
function declaredFields(file: string, name: string): readonly string[] {
  const source = readFileSync(
    new URL(`../../../../../node_modules/@pulumi/docker/${file}`, import.meta.url),
    "utf8",
  );
  const start = source.indexOf(`export interface ${name} {`);
  expect(start, `${name} is declared in ${file}`).toBeGreaterThan(-1);
  const body = source.slice(start, source.indexOf("\n}", start));
  return [...body.matchAll(/^ {4}(\w+)\??:/gm)].map((match) => match[1] ?? "").sort();
}

function blockFields(shape: Shape | undefined): Readonly<Record<string, BlockField>> {
  if (shape?.kind === "list") return blockFields(shape.of);
  expect(shape?.kind).toBe("block");
  return shape?.kind === "block" ? shape.fields : {};
}

describe("every argument of the SDK is in the table", () => {
  test.each<readonly [string, string, Fields]>([
    ["container.d.ts", "ContainerArgs", CONTAINER_FIELDS],
    ["network.d.ts", "NetworkArgs", NETWORK_FIELDS],
    ["volume.d.ts", "VolumeArgs", VOLUME_FIELDS],
    ["image.d.ts", "ImageArgs", IMAGE_FIELDS],
  ])("%s: %s", (file, name, fields) => {
    expect(Object.keys(fields).sort()).toEqual(declaredFields(file, name));
  });

  test.each([
    ["ContainerCapabilities", "capabilities"],
    ["ContainerHealthcheck", "healthcheck"],
    ["ContainerNetworksAdvanced", "networksAdvanced"],
    ["ContainerPort", "ports"],
    ["ContainerVolume", "volumes"],
    ["ContainerUpload", "uploads"],
    ["ContainerMount", "mounts"],
    ["ContainerDevice", "devices"],
    ["ContainerUlimit", "ulimits"],
    ["ContainerHost", "hosts"],
    ["ContainerLabel", "labels"],
  ])("types/input.d.ts: %s", (name, field) => {
    const fields = blockFields(CONTAINER_FIELDS[field]?.shape);
    expect(Object.keys(fields).sort()).toEqual(declaredFields("types/input.d.ts", name));
  });

  test("types/input.d.ts: DockerBuild, and the hidden digest", () => {
    const fields = Object.keys(blockFields(IMAGE_FIELDS["build"]?.shape));
    expect(fields.filter((field) => field !== "contextDigest").sort()).toEqual(
      declaredFields("types/input.d.ts", "DockerBuild"),
    );
  });
});

describe("the table of a container", () => {
  test("gives a reason for every effect", () => {
    for (const field of Object.values(CONTAINER_FIELDS)) expect(field.reason).not.toBe("");
  });

  test("updates in place what Docker can change, and nothing else", () => {
    const updated = Object.entries(CONTAINER_FIELDS).filter(([, { effect }]) => effect === "update");
    expect(updated.map(([name]) => name)).toEqual([
      "cpuPeriod",
      "cpuQuota",
      "cpuSet",
      "cpuShares",
      "maxRetryCount",
      "memory",
      "memoryReservation",
      "memorySwap",
      "mustRun",
      "restart",
    ]);
  });

  test("leaves to the record only what is used once: when it is created, or when it is removed", () => {
    const recorded = Object.entries(CONTAINER_FIELDS).filter(([, { effect }]) => effect === "record");
    expect(recorded.map(([name]) => name)).toEqual([
      "attach",
      "containerReadRefreshTimeoutMilliseconds",
      "destroyGraceSeconds",
      "logs",
      "removeVolumes",
      "start",
      "wait",
      "waitTimeout",
    ]);
  });
});
