import { ALWAYS, containerRule, WHEN_STRICT, unless } from "./rule.ts";

/** What a container may do to the machine. */
export const ISOLATION_RULES = [
  containerRule({
    id: "C01",
    title: "Not privileged",
    source: "CIS 5.5",
    levels: ALWAYS,
    check: ({ privileged }) => unless(!privileged, "is privileged"),
  }),
  containerRule({
    id: "C02",
    title: "All capabilities dropped, and none added",
    source: "CIS 5.4, OWASP 3",
    levels: ALWAYS,
    check: ({ capabilities: { adds, drops } }) => [
      ...unless(drops.includes("ALL"), "does not drop all capabilities"),
      ...adds.map((capability) => `adds the capability ${capability}`),
    ],
  }),
  containerRule({
    id: "C03",
    title: "No new privileges",
    source: "CIS 5.26, OWASP 4",
    levels: ALWAYS,
    adapted: "mandatory where the source would mend it: the program sets it for every container",
    check: ({ securityOpts }) =>
      unless(
        securityOpts.some((option) => /^no-new-privileges(?:[:=]true)?$/.test(option)) &&
          !securityOpts.some((option) => /^no-new-privileges[:=](?!true$)/.test(option)),
        "may gain privileges that it was not started with",
      ),
  }),
  containerRule({
    id: "C04",
    title: "seccomp, AppArmor and hidden paths not switched off",
    source: "CIS 5.2, 5.22, OWASP 6",
    levels: ALWAYS,
    check: ({ securityOpts }) =>
      securityOpts
        .filter((option) => /^(?:seccomp|apparmor|label|systempaths)[:=](?:unconfined|disable)$/.test(option))
        .map((option) => `runs with ${option}`),
  }),
  containerRule({
    id: "C08",
    title: "Read-only root file system",
    source: "CIS 5.13",
    levels: WHEN_STRICT,
    check: ({ readOnly }) => unless(readOnly, "can write to its root file system"),
  }),
  containerRule({
    id: "C09",
    title: "A user by number, not root",
    source: "CIS 4.1, DS-0002",
    levels: WHEN_STRICT,
    check: ({ user }) => {
      if (user === undefined || user === "") return ["runs as whatever user its image names"];
      if (!/^\d+(?::\d+)?$/.test(user)) return [`runs as ${user}, which only the image can resolve`];
      return unless(!/^0(?::|$)/.test(user), "runs as root");
    },
  }),
  containerRule({
    id: "C10",
    title: "Namespaces of its own",
    source: "CIS 5.10, 5.16, 5.17, 5.21, 5.31",
    levels: ALWAYS,
    check: ({ namespaces }) =>
      Object.entries(namespaces)
        .filter(([, mode]) => mode === "host" || mode.startsWith("container:"))
        .map(([namespace, mode]) => `shares the ${namespace} namespace: ${mode}`),
  }),
  containerRule({
    id: "C30",
    title: "Nothing else of the machine or of others: devices, runtimes, kernel settings, volumes",
    source: "CIS 5.18, 5.20, 5.25",
    levels: ALWAYS,
    check: ({ grants, hostMounts }) => [
      ...grants.map((what) => `is given ${what}`),
      ...hostMounts
        .filter(({ propagation }) => propagation === "shared" || propagation === "rshared")
        .map(({ path }) => `shares its mounts below ${path} with the machine`),
    ],
  }),
];
