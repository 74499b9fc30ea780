// Writes src/style/document/property_table.{h,c}: every layout and paint property of the MapLibre style specification,
// from the v8.json of the npm package that the tests have. With --check it compares instead.
import { readFileSync, writeFileSync } from "node:fs";

const top = new URL("../../", import.meta.url);
const v8 = JSON.parse(readFileSync(new URL("tests/node_modules/@maplibre/maplibre-gl-style-spec/dist/latest.json", top)));
const kinds = {
  number: "NUMBER", string: "TEXT", enum: "TEXT", boolean: "BOOLEAN", color: "COLOR", formatted: "FORMATTED",
  resolvedImage: "IMAGE", padding: "PADDING", numberArray: "NUMBERS", colorArray: "COLORS", array: "ARRAY",
  variableAnchorOffsetCollection: "ANCHORS",
};
const name = (s) => s.replaceAll("-", "_").toUpperCase();
const layers = ["background", "fill", "line", "symbol", "circle", "heatmap", "fill-extrusion", "raster", "hillshade",
  "color-relief"];
const missing = Object.keys(v8.layer.type.values).filter((type) => !layers.includes(type));
if (missing.length)
  throw new Error(`layer types nobody knows: ${missing}`);

const rows = [], ids = [], firsts = [], valueLists = new Map();

function valuesOf(spec) {
  const values = spec.values && (Array.isArray(spec.values) ? spec.values : Object.keys(spec.values));
  if (!values)
    return "NULL";
  const text = `{${[...values.map((v) => JSON.stringify(v)), "NULL"].join(", ")}}`;
  if (!valueLists.has(text))
    valueLists.set(text, `values_${valueLists.size}`);
  return valueLists.get(text);
}

function row(key, spec, isLayout) {
  const kind = kinds[spec.type];
  if (!kind)
    throw new Error(`${key}: a type nobody knows: ${spec.type}`);
  const flags = [
    `.is_layout = ${isLayout}`,
    /data-driven/.test(spec["property-type"]) && ".takes_features = true",
    spec.expression?.parameters.includes("zoom") && ".takes_zoom = true",
    spec.expression?.interpolated && ".interpolates = true",
    spec.tokens && ".has_tokens = true",
    spec.minimum !== undefined && `.has_least = true, .least = ${spec.minimum}`,
    spec.maximum !== undefined && `.has_most = true, .most = ${spec.maximum}`,
  ].filter(Boolean);
  const parts = [
    `"${key}"`, `MM_STYLE_${kind}`, `MM_STYLE_${kind === "ARRAY" ? kinds[spec.value] : "VALUE"}`,
    spec.length ?? "MM_STYLE_ANY_LENGTH", valuesOf(spec),
    spec.default === undefined ? "NULL" : JSON.stringify(JSON.stringify(spec.default)),
  ];
  return `    {${[...parts, ...flags].join(", ")}},`;
}

for (const type of layers) {
  firsts.push([type, ids.length]);
  for (const group of ["layout", "paint"])
    for (const [key, spec] of Object.entries(v8[`${group}_${type}`] ?? {}))
      if (key !== "visibility" && typeof spec === "object") {
        ids.push([key, type]);
        rows.push(row(key, spec, group === "layout"));
      }
}

const isRepeated = (key) => ids.filter(([other]) => other === key).length > 1;
const note = "/* Written by tests/style/make_properties.mjs from v8.json of the MapLibre style specification. */\n";
const header = `#ifndef MM_STYLE_PROPERTY_TABLE_H
#define MM_STYLE_PROPERTY_TABLE_H

${note}
/* clang-format off */
enum mm_style_layer_type {
${layers.map((type) => `\tMM_STYLE_LAYER_${name(type)},`).join("\n")}
\tMM_STYLE_LAYER_TYPES
};

/* Layout and paint properties: those of one type of layer stand together, and when several types have one of that
 * name its type stands behind it. */
enum mm_style_property {
${ids.map(([key, type]) => `\tMM_PROP_${name(isRepeated(key) ? `${key}-${type}` : key)},`).join("\n")}
\tMM_PROP_COUNT
};
/* clang-format on */

#endif
`;
const source = `#include "style/document/property.h"

${note}
/* clang-format off */
${[...valueLists].map(([text, id]) => `static const char *const ${id}[] = ${text};`).join("\n")}

const struct mm_style_property_spec mm_style_properties[MM_PROP_COUNT] = {
${rows.join("\n")}
};

const struct mm_style_layer_spec mm_style_layer_specs[MM_STYLE_LAYER_TYPES + 1] = {
${firsts.map(([type, first]) => `    {"${type}", ${first}},`).join("\n")}
    {NULL, MM_PROP_COUNT},
};
/* clang-format on */
`;

let differs = false;
for (const [file, text] of [["property_table.h", header], ["property_table.c", source]]) {
  const path = new URL(`src/style/document/${file}`, top);
  if (!process.argv.includes("--check"))
    writeFileSync(path, text);
  else if (readFileSync(path, "utf8") !== text)
    differs = console.log(`${file} is not what make_properties.mjs writes`) ?? true;
}
if (process.argv.includes("--check"))
  console.log(differs ? "0 passed, 1 failed" : "1 passed, 0 failed");
process.exit(differs ? 1 : 0);
