import type { HostMount } from "../facts/facts.ts";
import { ALWAYS, containerRule, WHEN_STRICT, unless } from "./rule.ts";

/** Whether a mount is the engine's socket, whatever the file is called. */
export const isSocket = ({ path }: HostMount): boolean =>
  /(?:^|\/)(?:docker|podman|containerd)[^/]*\.sock$/.test(path);

/** What a container sees of the machine's files. */
export const HOST_ACCESS_RULES = [
  containerRule({
    id: "C05",
    title: "No Docker socket, but for the filtering proxies",
    source: "CIS 5.32, OWASP 1",
    levels: ALWAYS,
    adapted:
      "an allowance in place of a waiver: the two filtering proxies are part of the design for good, and what they let through is tested",
    check: ({ role, hostMounts }) =>
      hostMounts
        .filter(isSocket)
        .flatMap(({ path, readOnly }) => [
          ...unless(role === "docker-proxy", `mounts the engine's socket ${path}`),
          ...unless(readOnly, `can replace the engine's socket ${path}`),
        ]),
  }),
  containerRule({
    id: "C06",
    title: "No folders of the machine",
    source: "CIS 5.6",
    levels: ALWAYS,
    adapted:
      "none at all, not only none of the system's: a home folder holds keys; files come as uploads, data lies in volumes, and what is wanted besides needs a waiver",
    check: ({ hostMounts }) =>
      hostMounts.filter((mount) => !isSocket(mount)).map(({ path }) => `mounts ${path} of the machine`),
  }),
  containerRule({
    id: "C07",
    title: "Folders of the machine read-only",
    source: "OWASP 8",
    levels: WHEN_STRICT,
    check: ({ hostMounts }) =>
      hostMounts
        .filter((mount) => !mount.readOnly && !isSocket(mount))
        .map(({ path }) => `can write to ${path} of the machine`),
  }),
];
