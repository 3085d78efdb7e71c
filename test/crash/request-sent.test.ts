import { describeCrashes } from "./every-point.ts";

describeCrashes("sent", [2, 7]);
