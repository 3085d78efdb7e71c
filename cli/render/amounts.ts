import { MEGABYTE } from "../../engine/formats/byte-size.ts";

/** @example seconds(2140) // "2.1 s" */
export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

/** To the second, in UTC. @example utc(0) // "1970-01-01 00:00:00" */
export const utc = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().slice(0, 19).replace("T", " ");

/** Of files and images. @param decimals @default 0 @example megabytes(89_400_000) // "89 MB" */
export const megabytes = (bytes: number, decimals = 0): string =>
  `${(bytes / 1_000_000).toFixed(decimals)} MB`;

/** Of memory, which Docker counts in powers of 1024. @example memory(268_435_456) // "256 MB" */
export const memory = (bytes: number): string => `${Math.round(bytes / MEGABYTE)} MB`;
