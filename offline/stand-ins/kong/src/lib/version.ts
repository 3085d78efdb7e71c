/** The version of Kong Gateway whose interface this program keeps. */
export const KONG_VERSION = "3.9.0";

/** What it calls itself in `Server` and `Via`: never plain Kong. */
export const SERVER_TOKEN = `kong/${KONG_VERSION}-standin`;
