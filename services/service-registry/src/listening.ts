import { connect } from "node:net";

/** Where agents' programs listen when nobody tells them otherwise. */
const USUAL = [
  ...[80, 3000, 3001, 4000, 5000, 5001, 7860, 8000, 8001, 8080, 8081, 8088, 8443, 8501, 8888],
  ...[9000, 9001, 9999, 10000, 10001, 10002, 10003, 10010, 41241, 50051],
];
/** Milliseconds; a container on the same machine takes or refuses a connection at once. */
const PATIENCE = 400;

/** Usual ports on which something in a container takes connections, except for these. */
export async function listeningPorts(host: string, except: readonly number[]): Promise<readonly number[]> {
  const open = await Promise.all(
    USUAL.filter((port) => !except.includes(port)).map(async (port) =>
      (await accepts(host, port)) ? [port] : [],
    ),
  );
  return open.flat();
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: PATIENCE });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => end(true));
    socket.once("timeout", () => end(false));
    socket.once("error", () => end(false));
  });
}
