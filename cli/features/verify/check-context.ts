import { randomBytes } from "node:crypto";

import type { ContainerInspectInfo } from "dockerode";

import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import { startContainer, stopContainer } from "../../../engine/providers/docker/container-actions.ts";
import { LABEL } from "../../../platform/blueprint/labels.ts";
import { askGateway } from "../../stack/gateway/ask-gateway.ts";
import type { Credentials } from "../../stack/state/superuser.ts";
import type { Answer, Member, Question, CheckContext } from "./check.ts";
import { fieldOf, tell } from "./questions.ts";
import { untilHealthy } from "./until-healthy.ts";

/** The context of checks, and what it leaves behind unless it is closed. */
export interface OpenCheckContext extends CheckContext {
  /** Removes the user that was made for the checks. */
  readonly close: () => Promise<void>;
}

export interface CheckContextOptions {
  readonly docker: DockerClient;
  readonly stack: string;
  /** Base of the gateway's address. */
  readonly gateway: string;
  readonly superuser: Credentials | undefined;
  readonly agentNetwork: string;
  readonly refusalOf: CheckContext["refusalOf"];
  /** Ends the wait for a service that was stopped. */
  readonly cancel: AbortSignal;
}

/** Milliseconds for one command in a container. */
const EXEC_PATIENCE = 10_000;
/** Lines of a log that are read: since the last start of a service, there are few. */
const LOG_LINES = 2000;

/** The running stack behind its gateway and its engine. */
export function openCheckContext(options: CheckContextOptions): OpenCheckContext {
  const { docker, stack, gateway, superuser, agentNetwork, refusalOf, cancel } = options;
  let superToken: Promise<string> | undefined;
  let visitor: Promise<Visitor> | undefined;

  const send = async (question: Omit<Question, "caller">, token: string | undefined): Promise<Answer> => {
    const { method = "GET", path, body, headers = {} } = question;
    // In mode enterprise tokens and logins are worth something, and only then there is a super user.
    const confidential = superuser !== undefined;
    const answer = await askGateway(gateway, { method, path, token, body, headers, confidential });
    // Kong adds this header to what came from a service, and to nothing else.
    const atGateway = answer.headers["x-kong-upstream-latency"] === undefined;
    return { status: answer.status, body: answer.body, atGateway };
  };
  const loginWith = ({ accessKey, accessSecret }: Credentials): Promise<Answer> =>
    send(
      {
        method: "POST",
        path: "/auth/users/login",
        body: { access_key: accessKey, access_secret: accessSecret },
      },
      undefined,
    );
  const login = (): Promise<Answer> => {
    if (superuser === undefined) throw new Error("the stack has no super user");
    return loginWith(superuser);
  };
  const superUsersToken = (): Promise<string> =>
    (superToken ??= login().then((answer) => textOf(answer, "token", "login as super user")));
  const theVisitor = (): Promise<Visitor> =>
    (visitor ??= superUsersToken().then(async (token) => {
      const username = `verify-${randomBytes(5).toString("hex")}`;
      const body = { username, email: `${username}@localhost.example`, is_super_user: false };
      const made = await send({ method: "POST", path: "/auth/users/register", body }, token);
      const credentials = {
        accessKey: textOf(made, "access_key", "registering a user"),
        accessSecret: textOf(made, "access_secret", "registering a user"),
      };
      const id = textOf(made, "user_id", "registering a user");
      return { id, token: textOf(await loginWith(credentials), "token", "login as a user") };
    }));
  const tokenOf = async (caller: Question["caller"]): Promise<string | undefined> => {
    if (caller === "nobody") return undefined;
    if (caller === "empty") return "";
    if (caller === "anybody") return "any-token";
    return caller === "super user" ? superUsersToken() : (await theVisitor()).token;
  };
  const inspect = async (): Promise<readonly ContainerInspectInfo[]> => {
    const listed = await docker.containers({ labels: [`${LABEL.stack}=${stack}`] });
    const found = await Promise.all(listed.map(({ Id }) => docker.container(Id)));
    return found.filter((container) => container !== undefined);
  };
  const containerOf = async (member: string): Promise<ContainerInspectInfo> => {
    const found = (await inspect()).find((container) => memberOf(container).name === member);
    if (found === undefined) throw new Error(`there is no ${member}`);
    return found;
  };
  const start = async (id: string, service: string): Promise<void> => {
    await startContainer(docker, { id, name: service });
    await untilHealthy({ service, look: async () => (await docker.container(id))?.State, cancel });
  };

  return {
    ask: async (question) => send(question, await tokenOf(question.caller)),
    login,
    userId: async () => (await theVisitor()).id,
    members: async () => (await inspect()).map(memberOf),
    logOf: async (service) => docker.logs((await containerOf(service)).Id, LOG_LINES),
    without: async (service, work) => {
      const { Id } = await containerOf(service);
      try {
        await stopContainer(docker, { id: Id, name: service });
        return await work();
      } finally {
        await start(Id, service);
      }
    },
    agentFinds: async (agent, host) => {
      const { Id } = await containerOf(agent);
      const patience = { timeout: EXEC_PATIENCE, signal: AbortSignal.timeout(EXEC_PATIENCE) };
      const { exitCode } = await docker.exec(Id, ["getent", "hosts", host], patience);
      // 2: getent looked, and nobody has that name. Anything else is no proof.
      return exitCode !== 2;
    },
    refusalOf,
    agentNetwork,
    close: async () => {
      const made = await visitor?.catch(() => undefined);
      if (made === undefined) return;
      await send({ method: "DELETE", path: `/auth/users/${made.id}` }, await superUsersToken());
    },
  };
}

interface Visitor {
  readonly id: string;
  readonly token: string;
}

/** @throws Error that says what came instead */
function textOf(answer: Answer, field: string, what: string): string {
  const value = fieldOf(answer.body, field);
  if (answer.status < 300 && typeof value === "string") return value;
  throw new Error(`${what}: ${tell(answer)}`);
}

function memberOf({ Config, HostConfig, NetworkSettings, Mounts }: ContainerInspectInfo): Member {
  const labels = Config.Labels;
  const agent = labels[LABEL.agent];
  const bindings = Object.values(NetworkSettings.Ports).flatMap(
    // The engine says null for a port that is not published.
    (hosts: readonly { readonly HostIp: string }[] | null | undefined) => hosts ?? [],
  );
  return {
    name: agent ?? labels[LABEL.service] ?? "unknown",
    kind: agent !== undefined ? "agent" : labels[LABEL.kind] === "job" ? "job" : "service",
    published: [...new Set(bindings.map(({ HostIp }) => HostIp))],
    networks: Object.keys(NetworkSettings.Networks),
    mountsDockerSocket: Mounts.some(({ Destination }) => Destination.endsWith("docker.sock")),
    sharesHost:
      HostConfig.Privileged === true ||
      [HostConfig.NetworkMode, HostConfig.PidMode, HostConfig.IpcMode].includes("host"),
  };
}
