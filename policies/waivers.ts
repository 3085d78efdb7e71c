/** A violation that is known and accepted for a while. */
export interface Waiver {
  /** Id of the rule. */
  readonly rule: string;
  /** Names of what violates it, as findings call it; "*" at the end stands for any rest. */
  readonly subjects: readonly string[];
  /** Why it is accepted; never empty. */
  readonly reason: string;
  /** Last day that it holds, "2027-06-30"; the day after it is a violation again. */
  readonly until: string;
}

/** Everything that is accepted today. A waiver that has passed its date, or gives no reason, is a violation itself. */
export const WAIVERS: readonly Waiver[] = [
  {
    rule: "C08",
    subjects: ["redis", "langtrace", "konga"],
    reason:
      "Docker refuses to copy files into a read-only root; langtrace and konga write beside their own program",
    until: "2027-06-30",
  },
  {
    rule: "C09",
    subjects: ["docker-proxy-read", "docker-proxy-build"],
    reason:
      "the engine's socket belongs to root, and the group's number differs between machines; all capabilities are dropped",
    until: "2027-06-30",
  },
  {
    rule: "C09",
    subjects: ["agent-registry", "phoenix", "langtrace", "konga", "ollama", "ollama-model-init"],
    reason: "their official images write to folders of root; all capabilities are dropped",
    until: "2027-06-30",
  },
  {
    rule: "C08",
    subjects: ["agent *"],
    reason:
      "an agent's program is its author's, and may write where it likes; what it writes goes with its container",
    until: "2027-06-30",
  },
  {
    rule: "C09",
    subjects: ["agent *"],
    reason:
      "an agent's image names its own user; without capabilities, mounts and the data network it can do little as root",
    until: "2027-06-30",
  },
  {
    rule: "C18",
    subjects: ["*"],
    reason:
      "`ulimits` cannot be changed without replacing the container; engines allow a million files by default",
    until: "2027-06-30",
  },
  {
    rule: "C25",
    subjects: ["*"],
    reason:
      "images.lock.json gets its digests from `nasiko images lock`, on a machine that reaches a registry",
    until: "2027-06-30",
  },
];
