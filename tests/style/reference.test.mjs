// Our expressions against the reference implementation: the properties and filters of our own styles, and expressions
// made at random from every operator, for features made at random. What the reference says of them becomes tests in
// the format that build/style-fixtures runs.
import { test } from "node:test";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  convertFunction, createPropertyExpression, featureFilter, isExpression, isFunction, latest, toString as typeToString,
} from "@maplibre/maplibre-gl-style-spec";

const top = new URL("../../", import.meta.url).pathname;
const program = process.env.STYLE_FIXTURES ?? `${top}build/style-fixtures`;
const root = "layers[0].paint.some-property";
const seed = Number(process.env.SEED ?? 20261126);
const rounds = Number(process.env.ROUNDS ?? 1500);

// Mulberry32: the same numbers on every run
let state = seed;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const pick = (list) => list[Math.floor(random() * list.length)];
const times = (n, make) => Array.from({ length: n }, (_, i) => make(i));

// Left out: arrays of a colour with an alpha below 1 (the reference forgets to multiply by it), lists of different length
// to interpolate between (it cuts them), logarithms and powers (the last digit is another), features without a geometry (it
// finds no word for their type).
const values = [0, 1, -1, 2, 3, 0.5, -2.5, 1e21, 1e-7, "", "a", "b", "Улица", "12", " 7 ", "red", "#12345678", "hsl(10 20% 30%)",
  true, false, null, [1, 2, 3], ["a", "b"], [255, 0, 10, 1], [], [1, "a"], { a: 1 }, {}];
const names = ["a", "b", "c", "d"];

function feature() {
  const properties = {};
  for (const name of names)
    if (random() < 0.75)
      properties[name] = pick(values);
  const ret = { properties };
  if (random() < 0.5)
    ret.id = pick([1, "x"]);
  ret.geometry = { type: pick(["Point", "LineString", "Polygon"]) }; // without one the reference is at a loss
  return ret;
}

// --- what the reference says

function compileErrors(errors) {
  return { compiled: { result: "error", errors: errors.map(({ key, message }) => ({ key, error: message })) } };
}

function evaluated(expression, inputs, isColor) {
  return inputs.map(([world, { properties, geometry, id }]) => {
    const f = { properties };
    if (id !== undefined)
      f.id = id;
    if (geometry)
      f.type = geometry.type;
    try {
      const v = expression.evaluateWithoutErrorHandling(world, f, {}, null, world.availableImages ?? []);
      return isColor ? [v.r, v.g, v.b, v.a] : v;
    } catch (e) {
      return { error: `${root}${e.path ?? ""}: ${e.message}` };
    }
  });
}

// undefined: the reference itself breaks
function expected(json, spec, inputs) {
  try {
    const result = createPropertyExpression(isFunction(json) ? convertFunction(json, spec) : json, root, spec);
    if (result.result === "error")
      return compileErrors(result.value);
    const { kind, _styleExpression: { expression } } = result.value;
    const outputs = evaluated(result.value, inputs, expression.type.kind === "color");
    if (outputs.some((v) => typeof v?.error === "string" && /undefined|not a function|not iterable/.test(v.error)))
      return undefined;
    return {
      compiled: {
        result: "success", isFeatureConstant: kind === "constant" || kind === "camera",
        isZoomConstant: kind === "constant" || kind === "source", type: typeToString(expression.type),
      },
      outputs,
    };
  } catch {
    return undefined;
  }
}

// --- expressions at random

const signatures = {
  number: [["+", "n", "n"], ["*", "n", "n", "n"], ["-", "n", "n"], ["-", "n"], ["/", "n", "n"], ["%", "n", "n"],
    ["sqrt", "n"], ["abs", "n"], ["round", "n"], ["floor", "n"], ["ceil", "n"], ["min", "n", "n"], ["max", "n"], ["pi"],
    ["length", "v"], ["index-of", "v", "v"], ["index-of", "s", "s", "i"], ["to-number", "v"], ["to-number", "v", "n"],
    ["number", "v"], ["number", "v", "n"], ["heatmap-density"]],
  string: [["concat", "v", "v", "v"], ["upcase", "s"], ["downcase", "s"], ["typeof", "v"], ["to-string", "v"], ["string", "v"],
    ["string", "v", "s"], ["slice", "s", "i"], ["slice", "s", "i", "i"], ["join", "S", "s"], ["geometry-type"]],
  boolean: [["==", "v", "v"], ["!=", "v", "v"], ["<", "v", "v"], [">=", "n", "v"], ["<=", "s", "v"], ["!", "b"], ["all", "b", "b"],
    ["any", "b", "b", "b"], ["has", "k"], ["in", "v", "v"], ["to-boolean", "v"], ["boolean", "v", "b"], ["has", "s", "o"]],
  color: [["to-color", "v"], ["to-color", "v", "s"], ["rgb", "n", "n", "n"], ["rgba", "n", "n", "n", "n"]],
  value: [["get", "k"], ["get", "k"], ["get", "s", "o"], ["at", "i", "v"], ["id"], ["coalesce", "v", "v"], ["properties"],
    ["slice", "v", "i"], ["to-rgba", "c"], ["split", "s", "s"], ["array", "v"], ["array", "?number", "v"],
    ["array", "?string", "?2", "v"], ["object", "v"], ["image", "s"]],
};
const types = { n: "number", s: "string", b: "boolean", c: "color", v: "value" };

function leaf(type) {
  switch (type) {
    case "number": return pick([0, 1, -1, 2.5, 100, ["get", pick(names)]]);
    case "string": return pick(["", "a", "b", "red", "Ёж", ["get", pick(names)]]);
    case "boolean": return pick([true, false, ["get", pick(names)]]);
    case "color": return pick(["red", "#abc", ["get", pick(names)]]);
    default: {
      const v = pick([...values, ["get", pick(names)]]);
      return typeof v === "object" && v !== null && v[0] !== "get" ? ["literal", v] : v;
    }
  }
}

function branch(type, depth) {
  const out = () => make(type, depth - 1);
  switch (pick(["case", "match", "step", "interpolate", "let", "coalesce", "zoom"])) {
    case "case": return ["case", make("boolean", depth - 1), out(), out()];
    case "match": return ["match", make("value", depth - 1), pick(["a", ["a", "b"], 1, [0, 1]]), out(), pick(["c", 5, ["d"]]), out(), out()];
    case "step": return ["step", make("number", depth - 1), out(), pick([-1, 0]), out(), 2, out()];
    case "interpolate": return [pick(["interpolate", "interpolate", "interpolate-hcl", "interpolate-lab"]),
      pick([["linear"], ["exponential", 1.5], ["cubic-bezier", 0.4, 0, 0.6, 1]]), make("number", depth - 1), 0, out(), 1.5, out(), 4, out()];
    case "let": return ["let", "x", make("value", depth - 1), ["case", make("boolean", depth - 1), ["var", "x"], out()]];
    case "coalesce": return ["coalesce", out(), make("value", depth - 1), out()];
    default: return [...pick([["step", ["zoom"]], ["interpolate", ["linear"], ["zoom"], 3]]), out(), 10, out()];
  }
}

function argument(letter, depth) {
  if (letter[0] === "?")
    return Number(letter.slice(1)) || letter.slice(1);
  switch (letter) {
    case "k": return pick(names);
    case "i": return pick([0, 1, 2, -1, ["get", "a"]]);
    case "o": return pick([["properties"], ["get", "a"], ["literal", { a: 5, b: "x" }]]);
    case "S": return pick([["split", "a,b", ","], ["literal", ["x", "y"]], ["get", "a"]]);
    default: return make(random() < 0.9 ? types[letter] : pick(Object.keys(signatures)), depth - 1);
  }
}

function make(type, depth) {
  if (depth <= 0 || random() < 0.15)
    return leaf(type);
  if (random() < 0.3)
    return branch(type, depth);
  const [op, ...letters] = pick(signatures[random() < 0.9 ? type : pick(Object.keys(signatures))]);
  return [op, ...letters.map((letter) => argument(letter, depth))];
}

const propertySpecs = [
  undefined,
  ...["number", "string", "boolean", "color", "formatted", "resolvedImage", "padding"]
    .map((type) => ({ type })),
  { type: "array", value: "number", length: 2 }, { type: "array", value: "string" }, { type: "enum", values: { a: {}, b: {} } },
].map((spec) => ({ "property-type": "data-driven", expression: { interpolated: true, parameters: ["zoom", "feature"] }, ...spec }));

const expressionType = { number: "number", string: "string", boolean: "boolean", color: "color", formatted: "string", enum: "string",
  resolvedImage: "string", padding: "number" };

function inputs(n = 6) {
  return times(n, () => [{ zoom: pick([0, 3, 5.5, 10, 14.25]) }, feature()]);
}

// --- our own styles

function ourLayers() {
  const tokens = JSON.parse(readFileSync(`${top}styles/tokens.json`));
  const fill = (v) => {
    if (typeof v === "string" && v[0] === "@")
      return Object.values(tokens.tokens[v.slice(1)])[0];
    if (Array.isArray(v))
      return v.map(fill);
    return v && typeof v === "object" ? Object.fromEntries(Object.entries(v).map(([k, w]) => [k, fill(w)])) : v;
  };
  const seeds = `${top}tests/fuzz/corpus/style`;
  return [
    ...fill(JSON.parse(readFileSync(`${top}styles/template.json`))).layers,
    ...readdirSync(seeds).flatMap((file) => JSON.parse(readFileSync(join(seeds, file))).layers),
  ];
}

// Features with what an expression asks for: its own names and constants.
function ownInputs(json) {
  const asked = new Set(), constants = [1, "1", null];
  (function walk(v) {
    if (Array.isArray(v)) {
      if ((v[0] === "get" || v[0] === "has") && typeof v[1] === "string")
        asked.add(v[1]);
      v.slice(1).forEach(walk);
    } else if (v && typeof v === "object") {
      if (typeof v.property === "string")
        asked.add(v.property);
      Object.values(v).forEach(walk);
    } else if (typeof v === "string" || typeof v === "number") {
      constants.push(v);
    }
  })(json);
  return times(8, () => {
    const properties = {};
    for (const name of asked)
      if (random() < 0.8)
        properties[name] = pick(constants);
    return [{ zoom: pick([0, 8, 11.5, 13, 15.25, 18]) },
      { properties, geometry: { type: pick(["Point", "LineString", "Polygon"]) }, id: 4 }];
  });
}

const isMeasured = (json) => /"(within|distance|collator|number-format|global-state)"/.test(JSON.stringify(json));

function ownCases() {
  const cases = [];
  for (const layer of ourLayers()) {
    for (const group of ["layout", "paint"])
      for (const [key, value] of Object.entries(layer[group] ?? {})) {
        const spec = latest[`${group}_${layer.type}`][key];
        if (spec && (isExpression(value) || isFunction(value)) && !isMeasured(value)) {
          const given = ownInputs(value);
          cases.push({ expression: value, propertySpec: spec, inputs: given, expected: expected(value, spec, given) });
        }
      }
    if (layer.filter && !isMeasured(layer.filter)) {
      const given = ownInputs(layer.filter), { filter } = featureFilter(layer.filter, root);
      const outputs = given.map(([world, f]) => filter(world, { ...f, type: f.geometry.type }));
      cases.push({ filter: layer.filter, inputs: given, expected: { outputs } });
    }
  }
  return cases;
}

async function check(cases) {
  const folder = mkdtempSync(join(tmpdir(), "style-reference-"));
  try {
    cases.forEach((one, i) => {
      mkdirSync(join(folder, String(i)));
      writeFileSync(join(folder, String(i), "test.json"), JSON.stringify(one));
    });
    const { stdout } = await promisify(execFile)(program, [folder], { maxBuffer: 1 << 28 })
      .catch((e) => ({ stdout: `${e.stdout}${e.stderr}` }));
    if (!stdout.trimEnd().endsWith(`${cases.length} passed, 0 failed`)) {
      const first = stdout.split("\n").slice(0, Number(process.env.SHOW ?? 12)).join("\n");
      const at = Number(/^\d+/.exec(stdout)?.[0] ?? 0);
      assert.fail(`${stdout.trimEnd().split("\n").pop()}\n${JSON.stringify(cases[at])}\n${first}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("our own styles look the same", async () => {
  const quiet = console.warn;
  console.warn = () => {};
  const cases = ownCases();
  console.warn = quiet;
  assert.ok(cases.length > 150, `${cases.length} properties and filters`);
  await check(cases);
});

function legacyFilter(depth) {
  const key = pick(["a", "b", "c", "none", "$type", "$id"]);
  const value = () => (key === "$type" ? pick(["Point", "LineString", "Polygon"]) : pick([0, 1, -1, "a", "b", "", true, false, "red"]));
  switch (pick(depth > 0 ? ["group", "group", "compare", "in", "has"] : ["compare", "in", "has"])) {
    case "group": return [pick(["all", "any", "none"]), ...times(Math.floor(random() * 4), () => legacyFilter(depth - 1))];
    case "compare": return [key === "$type" ? pick(["==", "!="]) : pick(["==", "!=", "<", "<=", ">", ">="]), key, value()];
    case "in": return [pick(["in", "!in"]), key, ...times(Math.floor(random() * 14), value)];
    default: return [pick(["has", "!has"]), key];
  }
}

test("older filters made at random let the same pass", async () => {
  await check(times(rounds / 3, () => {
    const json = legacyFilter(3), given = inputs(), { filter } = featureFilter(structuredClone(json), root);
    const outputs = given.map(([world, f]) => filter(world, { ...f, type: f.geometry.type }));
    return { filter: json, inputs: given, expected: { outputs } };
  }));
});

test("expressions made at random mean the same", async () => {
  const cases = [];
  while (cases.length < rounds) {
    const spec = pick(propertySpecs), json = make(expressionType[spec.type] ?? "value", 1 + Math.floor(random() * 4)), given = inputs();
    const wanted = expected(json, spec, given);
    if (wanted)
      cases.push({ expression: json, propertySpec: spec, inputs: given, expected: wanted });
  }
  await check(cases);
});
