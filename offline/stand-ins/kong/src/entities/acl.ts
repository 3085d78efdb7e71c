import { record, string, type ValueOf } from "../schema/field.ts";
import { identity, reference } from "./common.ts";

/** A consumer's membership of a group. */
export const acl = record({ ...identity, consumer: reference, group: string() });

export type Acl = ValueOf<typeof acl>;

/** What may exist only once: a group per consumer. */
export const aclPlace = ({ consumer, group }: Acl): string => `${consumer.id}:${group}`;
