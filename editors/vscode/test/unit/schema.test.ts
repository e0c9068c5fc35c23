// The schema of config/anvil.toml against the documented keys, and against real files.

import assert from "node:assert/strict";
import { before, test } from "node:test";

import Ajv from "ajv";

import { read, readJson } from "../repository";

interface Schema {
  properties: Record<string, { properties?: Record<string, { default?: unknown; description: string }>; additionalProperties: boolean }>;
}

const schema = readJson<Schema>("schemas/anvil.schema.json");
const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema);

/** Of a package that only `import()` reaches from here. */
let parse: (text: string) => object;

before(async () => {
  ({ parse } = await import("smol-toml"));
});

/** Rows of the guide's table: key, variable, default. */
function documented(): { key: string; variable: string | undefined; value: unknown }[] {
  const rows = read("docs/guide/configuration.md").matchAll(/^\| `([a-z_.]+)`[^|]*\| (?:`(\w+)`|–) \| (?:`([^`]+)`|–) \|/gm);
  return [...rows].map(([, key = "", variable, value]) => ({ key, variable, value: value === undefined ? undefined : JSON.parse(value) }));
}

test("keys, variables and defaults are the documented ones", () => {
  const known = Object.entries(schema.properties).flatMap(([table, { properties = {} }]) =>
    Object.entries(properties).map(([key, { default: value, description }]) => {
      return { key: `${table}.${key}`, variable: /Variable: (\w+)\.$/.exec(description)?.[1], value };
    }),
  );
  assert.ok(known.length > 15);
  assert.deepEqual(known, documented());
});

test("keys are those that the framework knows", () => {
  const rows = read("framework/core/src/config/keys.rs").matchAll(/(?:live|at_start)\("([a-z_.]+)"/g);
  assert.deepEqual(documented().map(({ key }) => key), [...rows].map(([, key]) => key));
});

test("the configuration of the examples is valid, and the guide's own", () => {
  for (const file of ["examples/blog/config/anvil.toml", "examples/hot-demo/config/anvil.toml"]) {
    assert.ok(validate(parse(read(file))), `${file}: ${JSON.stringify(validate.errors)}`);
  }
  assert.ok(validate(parse('[values.mail]\nfrom = "blog@example.org"\n')));
  assert.ok(validate(parse('[dev]\napp = ["posts-handlers", "users-handlers"]\n')));
});

test("what the framework refuses is refused", () => {
  const refuses = (text: string) => assert.ok(!validate(parse(text)), text);
  refuses("[ap]\n");
  refuses('[app]\nnmae = "x"\n');
  refuses('[server]\nbody_limit = "2 parsecs"\n');
  refuses('[server]\nrequest_timeout = "30"\n');
  refuses("[server]\nrequest_timeout = 30\n");
  refuses("[database]\nmax_connections = 0\n");
  refuses('[log]\nformat = "xml"\n');
  refuses("[dev]\napp = 7\n");
});

test("sizes and durations are written as the guide says", () => {
  for (const size of ['"64KB"', '"10MB"', '"1GB"', '"512"', "4096", '"2 MiB"']) {
    assert.ok(validate(parse(`[server]\nbody_limit = ${size}\n`)), size);
  }
  for (const duration of ["500ms", "30s", "5m", "1h"]) {
    assert.ok(validate(parse(`[server]\nshutdown_grace = "${duration}"\n`)), duration);
  }
});
