import type { ContainerFacts } from "../facts/facts.ts";
import { ADVICE, ALWAYS, containerRule, unless } from "./rule.ts";

/** Tests that say nothing about the service. */
const EMPTY_TEST = /^(?:\/(?:usr\/)?bin\/)?(?:true|echo\b.*|:|exit 0)$/;

/** Docker's form without the word that says how it is run. */
const testLine = ({ health }: ContainerFacts): string => (health?.test ?? []).slice(1).join(" ");

/** What is known of a container's readiness. */
export const HEALTH_RULES = [
  containerRule({
    id: "C19",
    title: "Services have a health check that can fail",
    source: "CIS 5.27",
    levels: ALWAYS,
    adapted:
      "no lower limit for the interval: Docker starts it when a probe has ended. An agent's health is the registry's business, which fetches its card; a job's is its exit code",
    check: ({ kind, health }) => {
      if (kind === "job" || kind === "agent") return [];
      if (health === undefined || health.test[0] === "NONE") return ["has no health check"];
      return [
        ...unless(health.intervalSeconds <= 60, `is looked at every ${health.intervalSeconds} s only`),
        ...unless(health.timeoutSeconds > 0, "may take for ever to answer"),
        ...unless(health.retries >= 3, `is given up after ${health.retries} failures`),
      ];
    },
  }),
  containerRule({
    id: "C20",
    title: "A start interval only together with a start period",
    source: "moby 45897, 49900",
    levels: ALWAYS,
    check: ({ health }) =>
      unless(
        health === undefined || health.startIntervalSeconds === 0 || health.startPeriodSeconds > 0,
        "has a start interval that the engine ignores",
      ),
  }),
  containerRule({
    id: "C21",
    title: "The health check asks the service, without curl",
    source: "images without curl, checks that are always green",
    levels: ADVICE,
    check: (container) => {
      const line = testLine(container);
      return [
        ...unless(!EMPTY_TEST.test(line), `has a check that is always green: ${line}`),
        ...unless(!/\bcurl\b/.test(line), "needs curl, which most images lack"),
      ];
    },
  }),
  containerRule({
    id: "C32",
    title: "`up` waits for services to be healthy and for jobs to end",
    source: "compose 8351",
    levels: ALWAYS,
    adapted: "not for agents: the service registry admits them, and a gate asks it on every `up`",
    check: ({ kind, waiting }) => {
      if (waiting === undefined || kind === "agent" || kind === "other") return [];
      return kind === "job"
        ? unless(waiting.attach, "is not waited for, so that its failure goes unseen")
        : unless((waiting.healthySeconds ?? 0) > 0, "counts as ready as soon as it has started");
    },
  }),
];
