import { ADVICE, ALWAYS, containerRule, WHEN_STRICT, unless } from "./rule.ts";

/** What a container may use up. */
export const RESOURCE_RULES = [
  containerRule({
    id: "C15",
    title: "Memory limited, without swap",
    source: "CIS 5.11",
    levels: ALWAYS,
    check: ({ memoryMegabytes = 0, memorySwapMegabytes }) =>
      memoryMegabytes <= 0
        ? ["has no memory limit"]
        : unless(memorySwapMegabytes === memoryMegabytes, "may swap beyond its memory limit"),
  }),
  containerRule({
    id: "C16",
    title: "CPU limited or weighted",
    source: "CIS 5.12",
    levels: WHEN_STRICT,
    check: ({ cpuBounded }) => unless(cpuBounded, "has neither a CPU limit nor a weight"),
  }),
  containerRule({
    id: "C17",
    title: "Processes limited",
    source: "CIS 5.29",
    levels: { relaxed: "off", strict: "off" },
    adapted:
      "off: docker.Container has no such argument, and `ulimits` nproc counts a user's processes over all containers, so that one could stop the others. The memory limit bounds a fork bomb",
    check: ({ pidsLimit = 0 }) => unless(pidsLimit > 0, "may start any number of processes"),
  }),
  containerRule({
    id: "C18",
    title: "Databases say how many files they open",
    source: "CIS 5.19",
    levels: ADVICE,
    check: ({ role, ulimits }) =>
      unless(role !== "store" || ulimits.includes("nofile"), "takes the engine's limit of open files"),
  }),
  containerRule({
    id: "C26",
    title: "Logs are rotated",
    source: "disks that run full",
    levels: ALWAYS,
    adapted: "mandatory where the source would mend it: the program sets it for every container",
    check: ({ log: { driver, options } }) => [
      ...unless(
        !["json-file", "local", ""].includes(driver) || "max-size" in options,
        "writes its log without a limit of size",
      ),
      ...unless(
        !["json-file", "local", ""].includes(driver) || "max-file" in options,
        "keeps any number of log files",
      ),
    ],
  }),
];
