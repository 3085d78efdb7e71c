import { ALWAYS, containerRule, WHEN_STRICT, unless } from "./rule.ts";

/** Repositories whose program takes SIGTERM for "when all clients have left". */
const POSTGRES = /(?:^|\/)postgres[:@]/;

const REQUIRED_LABELS = ["nasiko.stack", "nasiko.kind", "nasiko.hash", "nasiko.managed-by"];

/** How a container starts and ends. */
export const LIFECYCLE_RULES = [
  containerRule({
    id: "C22",
    title: "Restarts without end only where that is meant",
    source: "CIS 5.15",
    levels: ALWAYS,
    check: ({ kind, restart, maxRetryCount = 0, waiting }) => {
      if (kind === "job")
        return [
          ...unless(restart === "no", `is a job and restarts: ${restart}`),
          ...unless(waiting?.mustRun !== true, "is a job that every `up` would start again"),
        ];
      if (restart === "unless-stopped") return [];
      return restart === "on-failure"
        ? unless(maxRetryCount > 0 && maxRetryCount <= 5, "may fail for ever: more than 5 retries")
        : [`restarts: ${restart}`];
    },
  }),
  containerRule({
    id: "C23",
    title: "Stopped gently, with the signal that its program understands",
    source: "databases that recover at every start",
    levels: WHEN_STRICT,
    check: ({ image, stopSignal, stopGraceSeconds = 0 }) => [
      ...unless(stopGraceSeconds > 0, "is killed at once"),
      ...unless(stopSignal !== undefined && stopSignal !== "", "leaves the signal to its image"),
      ...unless(
        !POSTGRES.test(image) || stopSignal === "SIGINT",
        "is PostgreSQL and has to be stopped by SIGINT",
      ),
    ],
  }),
  containerRule({
    id: "C24",
    title: "An init process reaps what its program leaves behind",
    source: "zombie processes",
    levels: ALWAYS,
    adapted: "mandatory where the source would mend it: the program sets it for every container",
    check: ({ init }) => unless(init, "runs without an init process"),
  }),
  containerRule({
    id: "C31",
    title: "Labelled: stack, kind, hash, who manages it",
    source: "objects that nobody can place",
    levels: ALWAYS,
    adapted: "neither version nor owner: a label that changes replaces the container",
    check: ({ labels }) => [
      ...REQUIRED_LABELS.filter((label) => (labels[label] ?? "") === "").map(
        (label) => `lacks the label ${label}`,
      ),
      ...unless(
        "nasiko.service" in labels || "nasiko.agent" in labels,
        "does not say which service or agent it is",
      ),
    ],
  }),
];
