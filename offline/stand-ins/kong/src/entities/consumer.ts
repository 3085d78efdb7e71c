import { optional, record, string, type ValueOf } from "../schema/field.ts";
import { identity } from "./common.ts";

/** Who calls. At least one of the two names is set; both are unique. */
export const consumer = record(
  {
    ...identity,
    username: optional(string()),
    /** The caller's id in the system that consumers come from. */
    custom_id: optional(string()),
  },
  ({ username, custom_id }) =>
    username === null && custom_id === null
      ? { "@entity": { 1: "at least one of these fields must be non-empty: 'custom_id', 'username'" } }
      : undefined,
);

export type Consumer = ValueOf<typeof consumer>;
