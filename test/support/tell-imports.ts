/** Preloaded with `node --import`: writes the address of every module that is loaded to the file in TOLD_IMPORTS. */
import { appendFileSync } from "node:fs";
import { registerHooks } from "node:module";

const file = process.env["TOLD_IMPORTS"];
registerHooks({
  load: (url, context, nextLoad) => {
    if (file !== undefined) appendFileSync(file, `${url}\n`);
    return nextLoad(url, context);
  },
});
