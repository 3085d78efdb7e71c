import type { ContainerInfo } from "dockerode";
import { expect, test } from "vitest";

import { removeUploadedAgents } from "../../../../../cli/stack/state/remove-uploaded-agents.ts";
import type { DockerClient } from "../../../../../engine/providers/docker/client.ts";

interface Sketch {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly state?: string;
}

const WORKER = { "nasiko.stack": "local", "nasiko.service": "nasiko-worker", "nasiko.managed-by": "pulumi" };
const UPLOADED = { "nasiko.stack": "local", "nasiko.agent": "x", "nasiko.managed-by": "worker" };

/** An engine with these containers; tells what was done to them. */
function engineWith(containers: readonly Sketch[]): {
  readonly docker: DockerClient;
  readonly log: string[];
} {
  const log: string[] = [];
  const left = new Map(containers.map((container) => [container.name, container]));
  const handle = (id: string) => ({
    stop: () => Promise.resolve(log.push(`stop ${id}`)),
    remove: () => {
      left.delete(id);
      return Promise.resolve(log.push(`remove ${id}`));
    },
  });
  const docker = {
    containers: ({ labels = [] }: { readonly labels?: readonly string[] }) =>
      Promise.resolve(
        [...left.values()]
          .filter((one) =>
            labels.every(
              (label) => label === `${label.split("=")[0]}=${one.labels[label.split("=")[0] ?? ""]}`,
            ),
          )
          .map(
            ({ name, state = "running" }) =>
              ({ Id: name, Names: [`/${name}`], State: state }) as ContainerInfo,
          ),
      ),
    find: (_: string, request: (engine: { getContainer: typeof handle }) => Promise<unknown>) =>
      request({ getContainer: handle }),
  };
  return { docker: docker as unknown as DockerClient, log };
}

test("the worker stops before its agents go, so that it starts no other one; everything else stays", async () => {
  const { docker, log } = engineWith([
    { name: "uploaded", labels: UPLOADED },
    { name: "stopped", labels: UPLOADED, state: "exited" },
    { name: "worker", labels: WORKER },
    { name: "gateway", labels: { ...WORKER, "nasiko.service": "kong" } },
    { name: "of-another-stack", labels: { ...UPLOADED, "nasiko.stack": "other" } },
  ]);
  await removeUploadedAgents(docker, "local");
  expect(log[0]).toBe("stop worker");
  expect(log.toSorted()).toEqual(["remove stopped", "remove uploaded", "stop uploaded", "stop worker"]);
  expect(log.indexOf("stop uploaded")).toBeLessThan(log.indexOf("remove uploaded"));
});

test("a stack without a worker loses nothing", async () => {
  const { docker, log } = engineWith([{ name: "gateway", labels: { ...WORKER, "nasiko.service": "kong" } }]);
  await removeUploadedAgents(docker, "local");
  expect(log).toEqual([]);
});
