/** How the backend wraps what it answers. */
export interface Envelope<Data> {
  readonly data: Data;
  readonly status_code: number;
  readonly message: string;
}

export const envelope = <Data>(data: Data, message: string, status_code = 200): Envelope<Data> => ({
  data,
  status_code,
  message,
});
