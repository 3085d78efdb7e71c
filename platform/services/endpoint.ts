/** Where a service is found on the platform's networks. */
export interface Endpoint {
  /** Name on the network: the service's, or an alias of it. */
  readonly host: string;
  readonly port: number;
  /** @example "mongodb:27017" */
  readonly address: string;
  /** @example "http://kong:8000" */
  readonly url: string;
}

/** Each is declared once, in the file of its service; who talks to that service refers to it. */
export const endpoint = (host: string, port: number): Endpoint => ({
  host,
  port,
  address: `${host}:${port}`,
  url: `http://${host}:${port}`,
});
