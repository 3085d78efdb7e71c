import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { agentSource, agentSourceText } from "../../../../platform/agents/agent-source.ts";
import { planAgent } from "../../../../platform/blueprint/agents.ts";
import { ImageCatalogue } from "../../../../platform/blueprint/images.ts";
import { resolveSettings } from "../../../../platform/settings/resolve.ts";
import type { Settings } from "../../../../platform/settings/settings.ts";

const VERSION = "0123456789abcdef";

function settings(stackConfig: Readonly<Record<string, string>> = {}): Settings {
  const result = resolveSettings({ stack: "local", architecture: "x64", env: [], stackConfig });
  if (!result.ok) throw new Error("the defaults are not valid");
  return result.resolved.settings;
}

describe("where an agent comes from", () => {
  test.each([
    ["agents/translator", { folder: "agents/translator" }],
    [`../x@home/a@${VERSION}`, { folder: "../x@home/a", version: VERSION }],
    ["agents/a@latest", { folder: "agents/a@latest" }],
  ])("%s is read and written alike", (text, source) => {
    expect(agentSource(text)).toEqual(source);
    expect(agentSourceText(source)).toBe(text);
  });
});

describe("a planned agent", () => {
  const plan = (known: Settings) =>
    planAgent(
      {
        name: "a",
        folder: "agents/a",
        contract: {
          composePath: "agents/a/docker-compose.yml",
          ownName: undefined,
          ports: [{ port: 5000, from: "the default" }],
          environment: [],
          ownValues: {},
          envFiles: [],
          secretFiles: new Map(),
          service: undefined,
        },
        image: new ImageCatalogue(join(import.meta.dirname, "../../../.."), known).ofAgentVersion(
          "a",
          VERSION,
        ),
        env: {},
        url: "http://127.0.0.1:9100/agents/agent-a/",
        notes: [],
        preloads: { volumes: [], after: [] },
      },
      known,
    );

  test("that stays on an earlier version needs its image, not a build", () => {
    expect(plan(settings()).image).toMatchObject({ kind: "kept", reference: `nasiko/agent-a:${VERSION}` });
  });

  test("carries its version in its name, so that two can stand side by side", () => {
    const { container, hash } = plan(settings());
    expect(container.name).toBe(`nasiko-local-agent-a-${hash.slice(0, 8)}`);
    expect(container.resourceName).toBe(`agent-a-${hash.slice(0, 8)}`);
  });

  test("that is recreated has the one name that some platform images look for", () => {
    const { container, hash } = plan(settings({ "nasiko:agentRollout": "recreate" }));
    expect(container).toMatchObject({ name: "agent-a", resourceName: "agent-a" });
    expect(container.labels["nasiko.hash"]).toBe(hash);
  });
});
