import { randomBytes } from "node:crypto";

import type { ContainerInspectInfo } from "dockerode";

import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import { startContainer, stopContainer } from "../../../engine/providers/docker/container-actions.ts";
import { LABEL } from "../../../platform/blueprint/labels.ts";
import { askGateway } from "../../stack/gateway/ask-gateway.ts";
import type { Credentials } from "../../stack/state/superuser.ts";
import { certificateAt } from "./certificate-at.ts";
import type { Answer, CheckContext, Door, Member, Question } from "./check.ts";
import { exposedFiles } from "./exposed-files.ts";
import { READ_GATEWAY_TABLE, readGatewayTable } from "./gateway-table.ts";
import { describeAnswer, fieldOf } from "./questions.ts";
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
  readonly doors: readonly Door[];
  readonly pinned: CheckContext["pinned"];
  /** Base of the gateway's address with TLS; undefined where it speaks none. */
  readonly secureGateway: string | undefined;
  /** Folder of the state and the passphrase. */
  readonly home: string;
  /** Ends the wait for a service that was stopped. */
  readonly cancel: AbortSignal;
}

/** Milliseconds for one command in a container. */
const EXEC_PATIENCE = 10_000;
/** Lines of a log that are read: since the last start of a service, there are few. */
const LOG_LINES = 2000;
/** Bytes of the gateway's table: some hundreds of agents. */
const TABLE_LIMIT = 4 * 1024 * 1024;
/** The member that stands where the Admin API can be reached. */
const REGISTRY = "kong-service-registry";

/** The running stack behind its gateway and its engine. */
export function openCheckContext(options: CheckContextOptions): OpenCheckContext {
  const { docker, stack, gateway, superuser, agentNetwork, refusalOf, doors, pinned, cancel } = options;
  let superToken: Promise<string> | undefined;
  let visitor: Promise<Visitor> | undefined;

  const send = async (question: Omit<Question, "caller">, token: string | undefined): Promise<Answer> => {
    const { method = "GET", path, body, headers = {} } = question;
    // In mode enterprise tokens and logins are worth something, and only then there is a super user.
    const confidential = superuser !== undefined;
    const answer = await askGateway(gateway, { method, path, token, body, headers, confidential });
    // Kong adds this header to what came from a service, and to nothing else.
    const atGateway = answer.headers["x-kong-upstream-latency"] === undefined;
    const readableBy = answer.headers["access-control-allow-origin"];
    return {
      ...{ status: answer.status, body: answer.body, atGateway },
      ...(readableBy === undefined ? {} : { readableBy }),
    };
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
  const members = async (): Promise<readonly Member[]> =>
    Promise.all(
      (await inspect()).map(async (container) => {
        const image = await docker.image(container.Image);
        // The engine says null for an image that no registry knows.
        return memberOf(container, Array.from(image?.RepoDigests ?? []));
      }),
    );
  const containerOf = async (member: string): Promise<ContainerInspectInfo> => {
    const found = (await inspect()).find((container) => nameOf(container) === member);
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
    members,
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
    doors,
    pinned,
    statusAs: async ({ url }, name) => (await askGateway(url, { path: "/", headers: { host: name } })).status,
    certificate: async () =>
      options.secureGateway === undefined ? undefined : certificateAt(options.secureGateway),
    exposedFiles: () => exposedFiles(options.home, process.getuid?.()),
    gatewayTable: async () => {
      const { Id } = await containerOf(REGISTRY);
      const { output } = await docker.exec(Id, ["node", "-e", READ_GATEWAY_TABLE], {
        ...{ timeout: EXEC_PATIENCE, signal: AbortSignal.timeout(EXEC_PATIENCE), limit: TABLE_LIMIT },
      });
      return readGatewayTable(output);
    },
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
  throw new Error(`${what}: ${describeAnswer(answer)}`);
}

const nameOf = ({ Config: { Labels: labels } }: ContainerInspectInfo): string =>
  labels[LABEL.agent] ?? labels[LABEL.service] ?? "unknown";

function memberOf(container: ContainerInspectInfo, repoDigests: readonly string[]): Member {
  const { Config, HostConfig, NetworkSettings, Mounts } = container;
  const labels = Config.Labels;
  const bindings = Object.values(NetworkSettings.Ports).flatMap(
    // The engine says null for a port that is not published.
    (hosts: readonly { readonly HostIp: string }[] | null | undefined) => hosts ?? [],
  );
  return {
    name: nameOf(container),
    kind: labels[LABEL.agent] !== undefined ? "agent" : labels[LABEL.kind] === "job" ? "job" : "service",
    published: [...new Set(bindings.map(({ HostIp }) => HostIp))],
    networks: Object.keys(NetworkSettings.Networks),
    mountsDockerSocket: Mounts.some(({ Destination }) => Destination.endsWith("docker.sock")),
    sharesHost:
      HostConfig.Privileged === true ||
      [HostConfig.NetworkMode, HostConfig.PidMode, HostConfig.IpcMode].includes("host"),
    digests: repoDigests.map((name) => name.slice(name.indexOf("@") + 1)),
  };
}
