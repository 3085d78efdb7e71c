/** The streams that connect a command with whoever called it: a person at a terminal, a pipe, a script. */
export interface Terminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** Whether somebody is there to read a question and to type an answer. */
export const isAttended = ({ stdin, stderr }: Terminal): boolean => stdin.isTTY && stderr.isTTY;

/** The streams of this process; each is opened when it is first used. */
export const processTerminal: Terminal = {
  get stdin() {
    return process.stdin;
  },
  get stdout() {
    return process.stdout;
  },
  get stderr() {
    return process.stderr;
  },
};
