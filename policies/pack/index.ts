import { PolicyPack } from "@pulumi/policy";

import { policies } from "./policies.ts";

// Constructing it starts a server, so everything that tests look at is next door.
new PolicyPack("nasiko", { policies: [...policies(new Date())] });
