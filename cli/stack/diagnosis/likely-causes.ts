import { INSTALLED } from "../../../platform/package-folder.ts";
import type { MemberStatus } from "../observe/status.ts";
import type { Listener } from "./listening.ts";
import type { FailureReason } from "./failure-reason.ts";

/** What a likely cause is looked for in. */
export interface Clues {
  readonly member: Pick<MemberStatus, "kind" | "name" | "container">;
  readonly stack: string;
  readonly reason: FailureReason;
  /** Of an agent: the port that the platform asks on first. */
  readonly port?: number;
  /** Where its programs listen, if that could be seen. */
  readonly listeners?: readonly Listener[];
  /** With which code it ended last, or with which Docker could not start it. @default unknown */
  readonly exitCode?: number | undefined;
  /** Its last health probe had to be given up. @default false */
  readonly probeTimedOut?: boolean;
  /** All output and reports: the container's last lines, its probe, the engine, the run. */
  readonly text: string;
}

/** A failure that is known, and what mostly helps. */
export interface LikelyCause {
  readonly cause: string;
  /** A command, or the place to change something in. */
  readonly fix: string;
}

interface KnownCause {
  readonly matches: RegExp | ((clues: Clues) => boolean);
  readonly cause: string | ((clues: Clues) => string);
  readonly fix: (clues: Clues) => string;
}

const nasiko = ({ stack }: Clues, rest: string): string =>
  stack === "local" ? `./nasiko ${rest}` : `./nasiko --stack ${stack} ${rest}`;

/** Where a service is described; an installed package has no sources to edit, but a program that may use `transform`. */
const whereDeclared = (service: string): string =>
  INSTALLED ? "with a `transform` of your program" : `in platform/services/${service}.ts`;

/**
 * Another port on which an agent listens than those that it is asked on: seen in its container, or else found by the
 * service registry, which tells it in its words.
 */
function otherPort({ reason, text, port, listeners = [] }: Clues): number | undefined {
  if (reason.kind !== "not-served") return undefined;
  const open = listeners.filter(({ loopback }) => !loopback);
  const [seen] = open.filter((one) => one.port !== port);
  if (seen !== undefined && !open.some((one) => one.port === port)) return seen.port;
  const listening = /does not answer on port \d+\D.*in its container listens on port (\d+)/s.exec(text)?.[1];
  return listening === undefined ? undefined : Number(listening);
}

/** Its own address, with the port where it is told, beside a refused connection. */
const OWN_PORT_REFUSES =
  /(?:ECONNREFUSED|connection refused)[^\n]{0,60}?\b(?:127\.0\.0\.1|localhost|\[?::1\]?)(?::|,? port )?\d*|(?:\b127\.0\.0\.1|\blocalhost|\[?::1\]?)(?::| \(\S+\), port |,? port )\d+[^\n]{0,60}?(?:ECONNREFUSED|connection refused)/i;

function ownPort(text: string): string {
  const port = /(?::| port )(\d{2,5})\b/.exec(OWN_PORT_REFUSES.exec(text)?.[0] ?? "")?.[1];
  return port === undefined ? "the port that it asks for" : `port ${port}`;
}

/** Most telling first: a full disk explains a crash, a crash does not explain a full disk. */
const KNOWN: readonly KnownCause[] = [
  {
    // Linux answers with the same error as for a full disk.
    matches:
      /(?:inotify|file watchers).*(?:ENOSPC|EMFILE|no space left|limit|too many)|(?:ENOSPC|EMFILE|no space left|limit|too many).*(?:inotify|file watchers)/i,
    cause: "The engine's machine allows too few inotify watches or instances.",
    fix: () =>
      "sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512   # on the engine's machine",
  },
  {
    matches:
      /(?:\/dev\/shm|shared memory).*(?:no space left|ENOSPC)|(?:no space left|ENOSPC).*(?:\/dev\/shm|shared memory)/i,
    cause: "The shared memory of its container (/dev/shm, 64 MB) is full.",
    fix: ({ member }) =>
      member.kind === "agent"
        ? `Let agent ${member.name} use less shared memory: fewer worker processes, or files below /tmp`
        : `Raise its \`shmSize\` with a \`transform\` of your program`,
  },
  {
    matches: /no space left on device|ENOSPC|disk quota exceeded/i,
    cause: "The disk is full.",
    fix: () => "docker system df   # then: ./nasiko images prune",
  },
  {
    matches: ({ reason }) => reason.kind === "port",
    cause: "Something took the port between the check and the start.",
    fix: (clues) => nasiko(clues, "local up --auto-ports"),
  },
  {
    matches: ({ reason, text }) =>
      reason.kind === "image" &&
      /EAI_AGAIN|ENOTFOUND|ETIMEDOUT|could not resolve|name resolution/i.test(text),
    cause: "The build could not reach what it downloads from.",
    fix: (clues) => nasiko(clues, "local up   # once it can be reached: what was built stays"),
  },
  {
    matches: ({ reason }) => reason.kind === "memory",
    cause: "Its memory limit is too low for what it does.",
    fix: ({ member }) =>
      member.kind === "agent"
        ? `Raise \`mem_limit\` in the compose file of agent ${member.name}, e.g. mem_limit: 1g`
        : `Raise \`memory\` ${whereDeclared(member.name)}`,
  },
  {
    matches: (clues) => otherPort(clues) !== undefined,
    cause: (clues) =>
      `The agent listens on port ${otherPort(clues) ?? ""}, and the platform asks on port ${clues.port ?? ""}.`,
    fix: (clues) =>
      `Write "port": ${otherPort(clues) ?? ""} into AgentCard.json of agent ${clues.member.name}`,
  },
  {
    matches: ({ reason, text, listeners = [] }) =>
      reason.kind === "not-served" &&
      ((listeners.length > 0 && listeners.every(({ loopback }) => loopback)) ||
        /(?:listening|running) on \S*(?:127\.0\.0\.1|localhost)/i.test(text)),
    cause: "The agent listens on its container's own loopback address, where nobody else reaches it.",
    fix: ({ port = 5000 }) => `Let it listen on 0.0.0.0:${port}`,
  },
  {
    matches:
      /\\r['"]?: (?:command )?n(?:o such file|ot found)|\r['’"]?: |\^M: bad interpreter|bad interpreter: .*(?:\^M|\r)/i,
    cause: "A script of its image has the line endings of Windows (CRLF).",
    fix: () => "sed -i 's/\\r$//' entrypoint.sh   # and in .gitattributes: *.sh text eol=lf",
  },
  {
    matches: ({ exitCode, text }) => exitCode === 126 && /permission denied|EACCES/i.test(text),
    cause: "The file that it starts with lacks the execute bit.",
    fix: () => "chmod +x entrypoint.sh   # and for git: git update-index --chmod=+x entrypoint.sh",
  },
  {
    matches: /exec \S+\.(?:sh|bash|py|js)"?: exec format error/i,
    cause: "The script that it starts with has no first line that names its interpreter.",
    fix: () => "Begin the script with #!/bin/sh, or with the path of its interpreter",
  },
  {
    matches: /exec \S+\.(?:sh|bash)"?: no such file or directory/i,
    cause:
      "The script that it starts with is not in the image, ends its first line with CRLF, or names an interpreter there that is not in the image.",
    fix: ({ member }) => `head -1 entrypoint.sh | od -c   # of ${member.name}: \\r \\n at its end is CRLF`,
  },
  {
    matches: /exec format error/i,
    cause: "The image was made for another processor architecture.",
    fix: (clues) =>
      `docker image rm $(docker inspect -f '{{.Image}}' ${clues.member.container})   # then up builds it again`,
  },
  {
    matches: /illegal instruction|requires a CPU with AVX/i,
    cause: "The program needs processor instructions (often AVX) that this machine does not have.",
    fix: (clues) => `NASIKO_PUBLIC_IMAGES=offline ${nasiko(clues, "local up")}   # for a stack that is new`,
  },
  {
    matches:
      /password authentication failed|WRONGPASS|NOAUTH|Authentication failed|Access denied for user|invalid (?:username|password)/i,
    cause:
      "The data was made with another password than the state has now, e.g. because NASIKO_HOME changed.",
    fix: (clues) => `NASIKO_HOME=… ${nasiko(clues, "local up")}   # the state that the data was made with`,
  },
  {
    matches:
      /database files are incompatible|initialized by PostgreSQL version|UPGRADE PROBLEM|featureCompatibilityVersion|Can't handle RDB format/i,
    cause: "The data was written by another version or make of the program.",
    fix: (clues) =>
      nasiko(clues, "config   # compare NASIKO_PUBLIC_IMAGES and NASIKO_IMAGES with what they were"),
  },
  {
    matches: /postmaster\.pid|DBPathInUse|mongod\.lock|another (?:process|server) .*(?:running|using)/i,
    cause: "Another process has the data, or one that was killed left its lock behind.",
    fix: ({ member: { container } }) =>
      `docker ps --filter volume=$(docker inspect -f '{{(index .Mounts 0).Name}}' ${container})`,
  },
  {
    matches:
      /failed to migrate|migration.*(?:failed|dirty)|Dirty database version|bootstrap.*needed|relation "\w+" does not exist/i,
    cause: "A migration of its database did not run to its end.",
    fix: ({ member: { container } }) => `docker logs ${container}   # names the migration`,
  },
  {
    matches: /docker\.sock.*(?:permission denied|no such file|connect:)/is,
    cause: "The engine's socket is elsewhere, as with a rootless engine.",
    fix: (clues) => `NASIKO_DOCKER_SOCKET=$XDG_RUNTIME_DIR/docker.sock ${nasiko(clues, "local up")}`,
  },
  {
    matches: /read-only file system|EROFS/i,
    cause: "It writes where its container is read-only.",
    fix: ({ member }) =>
      member.kind === "agent"
        ? `Let agent ${member.name} write its files below /tmp`
        : `Give it a \`tmpfs\` or a volume there, ${whereDeclared(member.name)}`,
  },
  {
    matches: /permission denied|EACCES|operation not permitted/i,
    cause: "It may not read or write something; mostly a volume that belongs to another user.",
    fix: ({ member: { container } }) => `docker inspect -f '{{.Config.User}} {{json .Mounts}}' ${container}`,
  },
  {
    matches: /x509|self[- ]signed certificate|unable to get local issuer|CERTIFICATE_VERIFY_FAILED/i,
    cause: "A certificate is not trusted, mostly that of a company's proxy.",
    fix: (clues) => `NASIKO_CA_CERTS=/folder/with/crt-files ${nasiko(clues, "local up")}`,
  },
  {
    matches: /too many open files|EMFILE/i,
    cause: "The engine allows too few open files.",
    fix: () =>
      "ulimit -n   # of dockerd: LimitNOFILE in its service, or default-ulimits in /etc/docker/daemon.json",
  },
  {
    matches: /toomanyrequests|rate limit/i,
    cause: "The registry limits how much may be pulled without a login.",
    fix: () => "docker login",
  },
  {
    matches: /(?:invalid|incorrect|missing).{0,20}api[ _-]?key|API_KEY.*(?:not set|required|missing)/i,
    cause: "The key of a model provider is missing or wrong.",
    fix: (clues) => nasiko(clues, "config   # shows which keys are set"),
  },
  {
    matches:
      /temporary failure in name resolution|EAI_AGAIN|could not resolve host|Temporary failure resolving/i,
    cause: "A name could not be looked up: the network, or what it needs, is not there.",
    fix: ({ member: { container } }) => `docker inspect -f '{{json .NetworkSettings.Networks}}' ${container}`,
  },
  {
    matches: OWN_PORT_REFUSES,
    cause: ({ text }) => `Nothing listens on ${ownPort(text)} inside its own container.`,
    fix: ({ member: { container } }) =>
      `docker logs ${container}   # how far it came; another service is found by its name, not at localhost`,
  },
  {
    matches:
      /ECONNREFUSED|connection refused|could not connect to server|getaddrinfo ENOTFOUND|no such host/i,
    cause: "What it connects to does not answer.",
    fix: (clues) => nasiko(clues, "local status   # shows what is down"),
  },
  {
    matches: /EADDRINUSE|address already in use/i,
    cause: "Two programs in the container want the same port, or it was started twice.",
    fix: ({ member: { container } }) => `docker restart ${container}`,
  },
  {
    matches:
      /Cannot find module|ModuleNotFoundError|ERR_MODULE_NOT_FOUND|exec[: ].*no such file or directory/i,
    cause: "Something is missing in the image.",
    fix: ({ member }) =>
      `Compare the Dockerfile with what ${member.name} imports; a change of either builds the image again`,
  },
  {
    matches: ({ reason, probeTimedOut = false }) => reason.kind === "timeout" && probeTimedOut,
    cause: "Its health check does not end in time, as on a machine that is busy.",
    fix: (clues) => nasiko(clues, "local up   # goes on where this run stopped"),
  },
];

/** The first known cause that the clues point to. */
export function likelyCause(clues: Clues): LikelyCause | undefined {
  const known = KNOWN.find(({ matches }) =>
    matches instanceof RegExp ? matches.test(clues.text) : matches(clues),
  );
  if (known === undefined) return undefined;
  const { cause, fix } = known;
  return { cause: typeof cause === "string" ? cause : cause(clues), fix: fix(clues) };
}
