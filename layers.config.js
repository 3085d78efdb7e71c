/**
 * Who may import whom, type imports included; `npm run layers` checks it. A rule's comment is what its violation
 * prints. Imports go down the lists below only, never up and never around.
 */

/** `render` draws and knows no stack; `lib` is pure. Tables and texts about a stack belong to `features` or `stack`. */
const CLI = ["main.ts", "commands/", "features/", "stack/", "engine-host/", "render/", "lib/"];
/** What a setting may be, then what each container is, then how all of it fits together. */
const PLATFORM = ["blueprint/", "agents/", "services/", "settings/", "images/", "tls/", "errors/"];

/** Our own folders at the top level. */
const OURS =
  "^(agents|cli|components|docs|engine|offline|platform|policies|services|templates|test)/|^(index|library)\\.ts$";
const SDK = "(^|/)node_modules/(@pulumi|dockerode|@grpc)/";

const rule = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

/** One rule per pair of neighbours would not do: a layer may skip others, but only downwards. */
const layers = (folder, names, comment) =>
  names
    .slice(1)
    .map((name, index) =>
      rule(
        `${folder}-${name.replace(/\W/g, "")}-imports-down`,
        comment,
        { path: `^${folder}/${name}` },
        { path: names.slice(0, index + 1).map((above) => `^${folder}/${above}`) },
      ),
    );

const only = (name, comment, from, allowed) =>
  rule(name, comment, { path: from }, { path: OURS, pathNot: allowed });

export default {
  forbidden: [
    ...layers("cli", CLI, `Inside cli/, imports go down this list only: ${CLI.join(" → ")}`),
    ...layers(
      "platform",
      PLATFORM,
      `Inside platform/, imports go down this list only: ${PLATFORM.join(" → ")}`,
    ),
    rule(
      "features-are-separate",
      "A feature of the command line imports no other one: what two share belongs to cli/stack or below",
      { path: "^cli/features/([^/]+)/" },
      { path: "^cli/features/", pathNot: "^cli/features/$1/" },
    ),
    only(
      "engine-is-an-engine",
      "engine/ knows nothing of Nasiko: it imports itself and packages only",
      "^engine/",
      "^engine/",
    ),
    only(
      "platform-is-the-model",
      "platform/ imports itself and the pure parsers of engine/formats only",
      "^platform/",
      "^(platform|engine/formats)/",
    ),
    rule(
      "platform-has-no-sdk",
      "platform/ imports no SDK: neither Pulumi nor Docker",
      { path: "^platform/" },
      { path: SDK },
    ),
    only(
      "components-declare",
      "components/ imports platform/, the Pulumi SDK and the pure parsers of engine/formats only",
      "^components/",
      "^(components|platform|engine/formats)/",
    ),
    only(
      "policies-see-plans",
      "policies/ imports platform/, the pure parsers of engine/formats and what containers are declared with only",
      "^policies/",
      // A pure function of a plan: a policy has to read the very values that are declared.
      ["^(policies|platform|engine/formats)/", "^components/docker/fixed-inputs\\.ts$"],
    ),
    rule(
      "services-are-separate",
      "A service imports itself, services/lib and the pure parsers of engine/formats only",
      { path: "^services/([^/]+)/", pathNot: "^services/bundle/" },
      { path: OURS, pathNot: ["^services/($1|lib)/", "^engine/formats/"] },
    ),
    only(
      "bundling-is-separate",
      "services/bundle makes images and is in none: it imports itself and platform/errors only",
      "^services/bundle/",
      "^(services/bundle|platform/errors)/",
    ),
    rule(
      "offline-images-are-separate",
      "What stands in for a public image imports itself, offline/lib and services/lib only",
      { path: "^offline/([^/]+/[^/]+)/" },
      { path: OURS, pathNot: ["^offline/($1|lib)/", "^services/lib/"] },
    ),
    rule(
      "samples-stand-alone",
      "An agent or a template is copied away by people: it imports nothing from outside its folder",
      { path: "^(agents|templates)/([^/]+)/" },
      { path: OURS, pathNot: "^$1/$2/" },
    ),
    rule(
      "product-needs-no-tests",
      "The product imports neither docs/ nor test/",
      { pathNot: "^(docs|test)/" },
      { path: "^(docs|test)/" },
    ),
    rule(
      "no-file-cycle",
      "Files do not import each other in a circle",
      { pathNot: "^cli/commands/" },
      { circular: true },
    ),
    // A command loads its handler when it is called, and the handler takes its types from the command's options.
    rule(
      "no-cycle-of-commands",
      "A command and its own handler alone import each other",
      // `completion` writes a script of all commands, and is one of them.
      {
        path: "^cli/commands/(.+?)(?:\\.handler)?\\.ts$",
        pathNot: "^cli/commands/(index|completion(\\.handler)?)\\.ts$",
      },
      { circular: true, via: { pathNot: "^cli/commands/$1(?:\\.handler)?\\.ts$" } },
    ),
    {
      name: "no-folder-cycle",
      comment: "Folders do not import each other in a circle",
      severity: "error",
      scope: "folder",
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: ["^services/nasiko-web/src/page/", "(^|/)node_modules/\\.cache/"] },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ["nasiko-source", "import", "require", "node", "default", "types"],
    },
    tsConfig: { fileName: "tsconfig.json" },
  },
};
