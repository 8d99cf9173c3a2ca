"""Template of the quality page: a single file, whose script draws only as many scans as are looked at."""

TEMPLATE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>MuscleSeg: quality of {{ count }} scans</title>
<style>
body { font: 15px/1.4 system-ui, sans-serif; color: #1b1f27; margin: 0; background: #f2f5fa; }
header { position: sticky; top: 0; background: white; border-bottom: 1px solid #c8d0de; padding: 0.6rem 1rem;
  z-index: 1; }
h1 { font-size: 1.15rem; margin: 0 0 0.4rem; color: #1f3864; }
form { display: flex; flex-wrap: wrap; gap: 0.4rem 1rem; align-items: center; }
label { color: #5b6577; } select, input { font: inherit; } input[type=number] { width: 4.5rem; }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(370px, 1fr)); gap: 0.8rem; padding: 1rem;
  align-items: start; }
article { background: white; border: 1px solid #c8d0de; border-radius: 4px; padding: 0.5rem; overflow-wrap: anywhere; }
article.failed { background: #fbdcd6; border-color: #c0563f; }
article h2 { font-size: 0.95rem; margin: 0 0 0.3rem; }
article img { display: block; width: 100%; height: 130px; object-fit: contain; background: black; }
dl { display: grid; grid-template-columns: max-content auto; gap: 0 0.6rem; margin: 0.3rem 0; font-size: 0.87rem; }
dt { color: #5b6577; } dd { margin: 0; } dd.low { color: #a02010; font-weight: 600; }
details { font-size: 0.87rem; } ul { margin: 0.2rem 0; padding-left: 1.2rem; }
#more { display: block; margin: 0 auto 2rem; font: inherit; padding: 0.4rem 2rem; }
footer { color: #5b6577; padding: 0 1rem 1rem; font-size: 0.87rem; }
</style>
</head>
<body>
<header>
<h1>{{ count }} scans{% if failed %}, of which {{ failed }} failed{% endif %}</h1>
<form id="choice">
<label>Sort by <select name="sort">
<option value="confidence">lowest confidence</option>
<option value="z">most outlying value</option>
<option value="warnings">most warnings</option>
<option value="name">name</option>
</select></label>
<label>Show <select name="status">
<option value="">all</option><option value="done">done</option><option value="failed">failed</option>
</select></label>
<label>Region <select name="region"><option value="">all</option></select></label>
<label>Confidence below <input name="below" type="number" min="0" max="1" step="0.05" size="5"></label>
<label>|z| above <input name="above" type="number" min="0" step="0.5" size="5"></label>
<label>Search <input name="text" type="search" placeholder="name or warning"></label>
<span id="shown" role="status"></span>
</form>
</header>
<main id="scans"></main>
<button id="more" type="button">Show more</button>
<footer>Confidence: expected Dice similarity coefficient of the least sure muscle. z: robust z-score of the value that
lies farthest from the cohort's median, over 1.4826 times the median absolute deviation. MuscleSeg {{ version }} is
research software and no medical device.</footer>
<script type="application/json" id="data">{{ scans }}</script>
<script type="application/json" id="sentences">{{ sentences }}</script>
<script>
"use strict";
const STEP = 60;
const scans = JSON.parse(document.getElementById("data").textContent);
const sentences = JSON.parse(document.getElementById("sentences").textContent);
const form = document.getElementById("choice"), place = document.getElementById("scans");
const more = document.getElementById("more"), shown = document.getElementById("shown");
let chosen = [], drawn = 0;

for (const scan of scans) {
  scan.count = scan.warnings.reduce((sum, warning) => sum + warning[1], 0);
  const texts = scan.warnings.map(([number]) => sentences[number]);
  scan.searched = [scan.name, scan.reason, ...texts].join(" ").toLowerCase();
}
for (const region of [...new Set(scans.map(scan => scan.region))].filter(Boolean).sort())
  form.elements.region.add(new Option(region, region));

const last = Number.POSITIVE_INFINITY;
const KEYS = {
  confidence: scan => scan.reason ? -1 : scan.confidence ?? last,
  z: scan => scan.reason ? -last : scan.z === null ? last : -Math.abs(scan.z),
  warnings: scan => scan.reason ? -last : -scan.count,
  name: () => 0,
};

function choose() {
  const below = parseFloat(form.elements.below.value), above = parseFloat(form.elements.above.value);
  const text = form.elements.text.value.trim().toLowerCase(), key = KEYS[form.elements.sort.value];
  chosen = scans.filter(scan =>
    (!form.elements.status.value || (form.elements.status.value === "failed") === Boolean(scan.reason)) &&
    (!form.elements.region.value || scan.region === form.elements.region.value) &&
    (Number.isNaN(below) || (scan.confidence !== null && scan.confidence < below)) &&
    (Number.isNaN(above) || (scan.z !== null && Math.abs(scan.z) > above)) &&
    (!text || scan.searched.includes(text)));
  const keys = new Map(chosen.map(scan => [scan, key(scan)]));
  chosen.sort((a, b) =>
    keys.get(a) === keys.get(b) ? a.name.localeCompare(b.name) : keys.get(a) < keys.get(b) ? -1 : 1);
  place.replaceChildren();
  drawn = 0;
  draw();
}

function draw() {
  for (const scan of chosen.slice(drawn, drawn + STEP)) place.append(card(scan));
  drawn = Math.min(drawn + STEP, chosen.length);
  more.hidden = drawn >= chosen.length;
  shown.textContent = `${drawn} of ${chosen.length} shown`;
}

function element(name, text, attributes = {}) {
  const made = Object.assign(document.createElement(name), attributes);
  if (text) made.textContent = text;
  return made;
}

function card(scan) {
  const made = element("article", "", {className: scan.reason ? "failed" : ""});
  made.append(element("h2", scan.name));
  if (scan.reason) {
    made.append(element("p", scan.reason));
    return made;
  }
  const link = element("a", "", {href: scan.overview, target: "_blank"});
  link.append(element("img", "", {src: scan.thumbnail, alt: `Muscles of ${scan.name}`, loading: "lazy"}));
  const facts = element("dl");
  const fact = (name, value, className = "") => facts.append(element("dt", name), element("dd", value, {className}));
  fact("region", scan.region);
  if (scan.confidence !== null)
    fact("confidence", `${scan.confidence.toFixed(2)} (${scan.leastSure})`, scan.confidence < 0.7 ? "low" : "");
  if (scan.z !== null)
    fact("most outlying", `z ${scan.z.toFixed(1)} (${scan.outlying})`, Math.abs(scan.z) > 5 ? "low" : "");
  made.append(link, facts);
  if (scan.warnings.length) {
    const details = element("details"), list = element("ul");
    details.append(element("summary", `${scan.count} warnings`), list);
    for (const [number, times] of scan.warnings)
      list.append(element("li", sentences[number] + (times > 1 ? ` (${times} times)` : "")));
    made.append(details);
  }
  return made;
}

form.addEventListener("input", choose);
form.addEventListener("submit", event => event.preventDefault());
more.addEventListener("click", draw);
choose();
</script>
</body>
</html>
"""
