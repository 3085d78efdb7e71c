/** One step of the database's history. Once released a step never changes: later ones are added behind it. */
export interface Migration {
  readonly name: string;
  /** Compatible with the version before. */
  readonly up: string;
  /** Breaks with the version before; runs with `kong migrations finish`. */
  readonly teardown?: string;
}

/** The table that says which steps have run. Not Kong's `schema_meta`: the two never share a database. */
export const META_TABLE = "standin_meta";

export const CREATE_META = `
  CREATE TABLE ${META_TABLE} (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    executed text[] NOT NULL DEFAULT '{}',
    pending text[] NOT NULL DEFAULT '{}',
    revision bigint NOT NULL DEFAULT 0
  );
  INSERT INTO ${META_TABLE} DEFAULT VALUES;
`;

/** Columns hold what the database has to know (keys, references, tags); everything else is in `entity`. */
export const MIGRATIONS: readonly Migration[] = [
  {
    name: "000_services_routes_plugins",
    up: `
      CREATE TABLE standin_services (
        id uuid PRIMARY KEY,
        name text CONSTRAINT standin_services_name_unique UNIQUE,
        tags text[],
        entity jsonb NOT NULL
      );
      CREATE TABLE standin_routes (
        id uuid PRIMARY KEY,
        name text CONSTRAINT standin_routes_name_unique UNIQUE,
        service uuid CONSTRAINT standin_routes_service_reference REFERENCES standin_services,
        tags text[],
        entity jsonb NOT NULL
      );
      CREATE TABLE standin_plugins (
        id uuid PRIMARY KEY,
        instance_name text CONSTRAINT standin_plugins_instance_name_unique UNIQUE,
        place text NOT NULL CONSTRAINT standin_plugins_place_unique UNIQUE,
        service uuid CONSTRAINT standin_plugins_service_reference REFERENCES standin_services ON DELETE CASCADE,
        route uuid CONSTRAINT standin_plugins_route_reference REFERENCES standin_routes ON DELETE CASCADE,
        tags text[],
        entity jsonb NOT NULL
      );
      CREATE INDEX standin_routes_service ON standin_routes (service);
      CREATE INDEX standin_plugins_service ON standin_plugins (service);
      CREATE INDEX standin_plugins_route ON standin_plugins (route);
    `,
  },
  {
    name: "001_consumers_jwt_acls",
    up: `
      CREATE TABLE standin_consumers (
        id uuid PRIMARY KEY,
        username text CONSTRAINT standin_consumers_username_unique UNIQUE,
        custom_id text CONSTRAINT standin_consumers_custom_id_unique UNIQUE,
        tags text[],
        entity jsonb NOT NULL
      );
      CREATE TABLE standin_jwt_secrets (
        id uuid PRIMARY KEY,
        key text NOT NULL CONSTRAINT standin_jwt_secrets_key_unique UNIQUE,
        consumer uuid NOT NULL CONSTRAINT standin_jwt_secrets_consumer_reference
          REFERENCES standin_consumers ON DELETE CASCADE,
        tags text[],
        entity jsonb NOT NULL
      );
      CREATE TABLE standin_acls (
        id uuid PRIMARY KEY,
        "group" text NOT NULL,
        place text NOT NULL CONSTRAINT standin_acls_place_unique UNIQUE,
        consumer uuid NOT NULL CONSTRAINT standin_acls_consumer_reference
          REFERENCES standin_consumers ON DELETE CASCADE,
        tags text[],
        entity jsonb NOT NULL
      );
      CREATE INDEX standin_jwt_secrets_consumer ON standin_jwt_secrets (consumer);
      CREATE INDEX standin_acls_consumer ON standin_acls (consumer);
    `,
  },
];

/** What the database says about itself; undefined when it was never bootstrapped. */
export type SchemaRecord =
  { readonly executed: readonly string[]; readonly pending: readonly string[] } | undefined;

export type SchemaState =
  | { readonly kind: "needs bootstrap" }
  | { readonly kind: "current" }
  /** Steps of this version that have not run. */
  | { readonly kind: "new migrations"; readonly migrations: readonly Migration[] }
  /** Steps whose second half waits for `finish`. */
  | { readonly kind: "pending migrations"; readonly migrations: readonly Migration[] };

/** Pending steps count first: `up` may not go on before `finish`. */
export function schemaState(record: SchemaRecord, migrations: readonly Migration[]): SchemaState {
  if (record === undefined) return { kind: "needs bootstrap" };
  const pending = migrations.filter(({ name }) => record.pending.includes(name));
  if (pending.length > 0) return { kind: "pending migrations", migrations: pending };
  const fresh = migrations.filter(({ name }) => !record.executed.includes(name));
  return fresh.length > 0 ? { kind: "new migrations", migrations: fresh } : { kind: "current" };
}

const NEEDS_BOOTSTRAP =
  "Database needs bootstrapping.\n\nTo start a new installation from scratch, run 'kong migrations bootstrap'.";
export const NEEDS_UP = "New migrations available; run 'kong migrations up' to proceed";
export const NEEDS_FINISH = "Database has pending migrations; run 'kong migrations finish'";

/** Why Kong may not start on a database in that state, or undefined when it may. Pending steps are compatible. */
export function startRefusal(state: SchemaState): string | undefined {
  switch (state.kind) {
    case "needs bootstrap":
      return NEEDS_BOOTSTRAP;
    case "new migrations":
      return NEEDS_UP;
    case "pending migrations":
    case "current":
      return undefined;
  }
}

export type MigrationCommand = "bootstrap" | "up" | "finish";

/** What a command has to do: statements in order, what to record, what to say; or why it may not run. */
export type MigrationPlan =
  | {
      readonly ok: true;
      readonly statements: readonly string[];
      readonly executed: readonly string[];
      readonly pending: readonly string[];
      readonly message: string;
    }
  | { readonly ok: false; readonly refusal: string };

const names = (migrations: readonly Migration[]): readonly string[] => migrations.map(({ name }) => name);

export function planMigrations(
  command: MigrationCommand,
  record: SchemaRecord,
  migrations: readonly Migration[],
): MigrationPlan {
  const state = schemaState(record, migrations);
  if (record === undefined) {
    if (command !== "bootstrap") return { ok: false, refusal: `Cannot run migrations: ${NEEDS_BOOTSTRAP}` };
    const steps = migrations.flatMap(({ up, teardown }) => (teardown === undefined ? [up] : [up, teardown]));
    return {
      ok: true,
      statements: [CREATE_META, ...steps],
      executed: names(migrations),
      pending: [],
      message: "Database is up-to-date",
    };
  }
  const unchanged = { ok: true, statements: [], executed: record.executed, pending: record.pending } as const;
  switch (command) {
    case "bootstrap":
      return { ...unchanged, message: "Database already bootstrapped" };
    case "up": {
      if (state.kind === "pending migrations") return { ok: false, refusal: NEEDS_FINISH };
      if (state.kind !== "new migrations") return { ...unchanged, message: "Database is already up-to-date" };
      const waiting = state.migrations.filter(({ teardown }) => teardown !== undefined);
      return {
        ok: true,
        statements: state.migrations.map(({ up }) => up),
        executed: [...record.executed, ...names(state.migrations)],
        pending: names(waiting),
        message:
          waiting.length > 0
            ? "Database has pending migrations; run 'kong migrations finish' when ready"
            : `${state.migrations.length} migrations processed`,
      };
    }
    case "finish": {
      if (state.kind === "new migrations") return { ...unchanged, message: NEEDS_UP };
      if (state.kind !== "pending migrations")
        return { ...unchanged, message: "No pending migrations to finish" };
      return {
        ok: true,
        statements: state.migrations.flatMap(({ teardown }) => teardown ?? []),
        executed: record.executed,
        pending: [],
        message: `${state.migrations.length} migrations finished`,
      };
    }
  }
}
