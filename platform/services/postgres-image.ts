import { publicImage } from "./service-spec.ts";

/** PostgreSQL of every service that has one: two releases would be two images to pull, and two to keep up to date. */
export const POSTGRES_IMAGE = publicImage("postgres", "18.6");
