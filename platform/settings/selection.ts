import { z } from "zod";

import { PROFILES } from "./profiles.ts";
import { defineSetting } from "./define-setting.ts";
import { nameList } from "./schemas.ts";

/** Which services a stack has. */
export const SELECTION_SETTINGS = {
  services: defineSetting({
    env: "NASIKO_SERVICES",
    stackConfig: true,
    schema: nameList,
    default: "",
    allowed: "names of services with commas between",
    help: "Only these services and what they need (default: all of the profiles)",
  }),
  profiles: defineSetting({
    env: "NASIKO_PROFILES",
    stackConfig: true,
    schema: nameList.pipe(z.array(z.enum(PROFILES))),
    default: PROFILES.join(","),
    allowed: `${PROFILES.join(", ")}, with commas between`,
    help: "Groups of services",
  }),
  without: defineSetting({
    env: "NASIKO_WITHOUT",
    stackConfig: true,
    schema: nameList,
    default: "",
    allowed: "names of services with commas between",
    help: "Services to leave out; refused for one that another needs",
  }),
  optionalServices: defineSetting({
    env: "NASIKO_OPTIONAL_SERVICES",
    stackConfig: true,
    schema: nameList,
    default: "",
    allowed: "names of optional services with commas between",
    help: "Optional services to add, which no profile has, e.g. konga",
  }),
} as const;
