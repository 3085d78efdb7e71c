import { describe, expect, test } from "vitest";
import { gatewayPage } from "../../../../offline/stand-ins/konga/src/page.ts";
import { tracesPage } from "../../../../offline/stand-ins/langtrace-client/src/page.ts";
import { workflowsPage } from "../../../../offline/stand-ins/n8n/src/page.ts";
import { WorkflowDraft } from "../../../../offline/stand-ins/n8n/src/workflow.ts";
import { answering } from "./workflows.ts";

const service = {
  id: "1",
  name: "agent-a",
  protocol: "http",
  host: "a",
  port: 5000,
  path: "/x",
  enabled: true,
};
const route = { name: "agent-a-route", paths: ["/agents/agent-a"], methods: ["GET"], service: { id: "1" } };
const EVIL = `<script>alert("x")</script>`;

describe("the pages of the stand-ins", () => {
  test.each([
    [
      "Konga",
      gatewayPage({ services: [{ ...service, name: EVIL, host: EVIL }], routes: [{ ...route, name: EVIL }] }),
    ],
    ["Konga without a gateway", gatewayPage(new Error(EVIL))],
    ["Langtrace", tracesPage([{ id: "1", name: EVIL }], [])],
    [
      "n8n",
      workflowsPage([
        {
          ...WorkflowDraft.parse({ ...answering({}, { path: EVIL }), name: EVIL }),
          id: "1",
          active: true,
          createdAt: "",
          updatedAt: "",
        },
      ]),
    ],
  ])("%s: say that they are stand-ins, and show foreign texts as texts", (_name, page) => {
    expect(page).toContain("stand-in");
    expect(page).not.toContain("<script>");
    expect(page).toContain("script&#62;");
  });

  test("Konga: shows where each route leads", () => {
    const page = gatewayPage({ services: [service], routes: [route] });
    expect(page).toMatch(/agent-a.*http:\/\/a:5000\/x.*agent-a-route: GET \/agents\/agent-a/s);
  });
});
