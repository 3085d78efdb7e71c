import { defineError } from "../platform/errors/define-error.ts";

export interface JobFailure {
  readonly job: string;
  readonly container: string;
  readonly exitCode: number;
}

export const jobFailed = defineError("NSK-JOB-FAILED", {
  exitCode: 20,
  sentence: ({ job, exitCode }: JobFailure) => `The job ${job} ended with exit code ${exitCode}.`,
  detail: ({ container }) =>
    `Its container is ${container}. \`./nasiko local up\` runs it again; nothing was deleted.`,
  suggestion: ({ container }) => `docker logs ${container}`,
  subject: ({ container }) => container,
});

export interface AgentNotServed {
  readonly agent: string;
  readonly hash: string;
  readonly seconds: number;
  /** What the service registry last said about it. */
  readonly said: string;
  readonly container: string;
}

export const agentNotServed = defineError("NSK-AGENT-NOT-SERVED", {
  exitCode: 22,
  sentence: ({ agent, hash, seconds }: AgentNotServed) =>
    `The gateway does not serve version ${hash} of agent ${agent} after ${seconds} s.`,
  detail: ({ said }) =>
    `The service registry says: ${said}. An earlier version, if there is one, is untouched.`,
  suggestion: ({ container }) => `docker logs ${container}`,
  subject: ({ container }) => container,
});
