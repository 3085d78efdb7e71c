import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { Socket } from "node:net";
import { Duplex, type Stream } from "node:stream";

// Not imported, for the reason that engine-get.ts gives.
const { Agent } = process.getBuiltinModule("node:http");

/** An engine on a machine that one logs in to. */
export interface SshTarget {
  /** As the user's own ssh knows it: a name of ~/.ssh/config, or an address without brackets. */
  readonly host: string;
  /** @default what ssh itself finds */
  readonly user?: string;
  /** @default what ssh itself finds */
  readonly port?: number;
  /** Socket of the engine over there. @default the docker command's own choice */
  readonly socket?: string;
}

/** Seconds until ssh gives up on a machine that does not answer, as the docker command tells it, too. */
const CONNECT_TIMEOUT = 30;
/** Characters of what ssh complains about that are kept. */
const COMPLAINT = 2000;

/**
 * Connects as the docker command does: with the user's own ssh, so that keys, ~/.ssh/config and known hosts count, and
 * `docker system dial-stdio` at the other end. Connections are used again, as each takes a login.
 */
export class SshAgent extends Agent {
  /** For people, in the form of DOCKER_HOST. */
  readonly address: string;
  readonly #args: readonly string[];

  constructor(target: SshTarget) {
    super({ keepAlive: true, maxSockets: 8 });
    this.address = addressOf(target);
    this.#args = sshArguments(target);
  }

  override createConnection(): Duplex {
    return new SshConnection(this.address, spawn("ssh", this.#args, { stdio: "pipe" }));
  }
}

/** What to run; never through a shell. */
export function sshArguments({ host, user, port, socket }: SshTarget): readonly string[] {
  return [
    "-o",
    `ConnectTimeout=${CONNECT_TIMEOUT}`,
    "-T",
    ...(user === undefined ? [] : ["-l", user]),
    ...(port === undefined ? [] : ["-p", String(port)]),
    "--",
    host,
    "docker",
    ...(socket === undefined ? [] : ["--host", `unix://${socket}`]),
    ...["system", "dial-stdio"],
  ];
}

function addressOf({ host, user, port, socket = "" }: SshTarget): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return `ssh://${user === undefined ? "" : `${user}@`}${name}${port === undefined ? "" : `:${port}`}${socket}`;
}

/** One login, in the form of a socket. */
class SshConnection extends Duplex {
  readonly #ssh: ChildProcessWithoutNullStreams;
  #complaint = "";
  #silence = 0;
  #alarm: NodeJS.Timeout | undefined;

  constructor(address: string, ssh: ChildProcessWithoutNullStreams) {
    super();
    this.#ssh = ssh;
    ssh.stdout.on("data", (chunk: Buffer) => {
      this.#heard();
      if (!this.push(chunk)) ssh.stdout.pause();
    });
    ssh.stderr.on("data", (chunk: Buffer) => {
      this.#complaint = (this.#complaint + chunk.toString()).slice(-COMPLAINT);
    });
    // What it had to say comes with its end; that its input is closed says less.
    ssh.stdin.on("error", () => undefined);
    ssh.on("error", (error: NodeJS.ErrnoException) => {
      const text = error.code === "ENOENT" ? "there is no ssh command on this machine" : error.message;
      this.destroy(connectionLost(text));
    });
    ssh.on("close", (code) => {
      if (code === 0) this.push(null);
      else
        this.destroy(
          connectionLost(this.#complaint.trim() || `ssh to ${address} ended with ${String(code)}`),
        );
    });
  }

  override _read(): void {
    this.#ssh.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    // Without an error of its own: the end of ssh tells the reason.
    this.#ssh.stdin.write(chunk, () => done());
  }

  override _final(done: () => void): void {
    this.#ssh.stdin.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#alarm);
    this.#ssh.kill();
    done(error);
  }

  /** Node asks these of a connection that it keeps: an idle one keeps no process alive. */
  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  /** As of a socket: tells, once, of this many milliseconds without a letter. @param silence 0 for no limit */
  setTimeout(silence: number, told?: () => void): this {
    if (told !== undefined) this.once("timeout", told);
    this.#silence = silence;
    this.#heard();
    return this;
  }

  #heard(): void {
    clearTimeout(this.#alarm);
    if (this.#silence > 0) this.#alarm = setTimeout(() => this.emit("timeout"), this.#silence).unref();
  }

  ref(): this {
    this.#ssh.ref();
    for (const pipe of this.#pipes()) pipe.ref();
    return this;
  }

  unref(): this {
    this.#ssh.unref();
    for (const pipe of this.#pipes()) pipe.unref();
    return this;
  }

  /** Pipes to a process are sockets; the types know them as streams only. */
  #pipes(): readonly Socket[] {
    const pipes: readonly Stream[] = [this.#ssh.stdin, this.#ssh.stdout, this.#ssh.stderr];
    return pipes.filter((pipe) => pipe instanceof Socket);
  }
}

/** In the form of Node's own errors, so that it counts as an engine that does not answer. */
const connectionLost = (text: string): Error => Object.assign(new Error(text), { code: "ESSH" });
