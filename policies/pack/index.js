// JavaScript, because the CLI would hand TypeScript to a compiler of its own; Node strips the types of the rest.
import { PolicyPack } from "@pulumi/policy";

import { policies } from "./policies.ts";

// Constructing it starts a server, so everything that tests look at is next door.
new PolicyPack("nasiko", { policies: [...policies(new Date())] });
