import type Docker from "dockerode";

/**
 * Sends a request that the library has no method for.
 * @param request in the words of its modem: path, method, the statuses that are no failure
 */
export function dial<Answer>(docker: Docker, request: object): Promise<Answer> {
  // The library types this part of itself as any; what the engine answers, the caller knows.
  const modem = docker.modem as {
    dial(request: object, done: (error: Error | null, answer: Answer) => void): void;
  };
  return new Promise((resolve, reject) => {
    modem.dial(request, (error, answer) => {
      if (error === null) resolve(answer);
      else reject(error);
    });
  });
}
