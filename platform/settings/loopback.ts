/** Whether a host name is this machine's own: nobody listens in between. @example isLoopback("127.0.0.1") // true */
export const isLoopback = (host: string): boolean =>
  /^(?:127\.\d{1,3}\.\d{1,3}\.\d{1,3}|(?:[a-z0-9-]+\.)*localhost|\[?::1\]?)$/i.test(host);
