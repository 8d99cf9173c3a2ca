"""Template of the quality page: a single file, whose script draws only as many scans as are looked at."""

TEMPLATE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>MuscleSeg: quality of {{ count }} scan{{ "s" if count != 1 }}</title>
<style>
:root { color-scheme: light dark; --text: #1b1f27; --page: #f2f5fa; --card: white; --line: #c8d0de; --soft: #5b6577;
  --title: #1f3864; --doubt: #a02010; --failed: #fbdcd6; --failed-line: #c0563f; }
@media (prefers-color-scheme: dark) { :root { --text: #e4e8ef; --page: #14181f; --card: #1e242e; --line: #3a4454;
  --soft: #a3aebf; --title: #b9cdf3; --doubt: #ff9c88; --failed: #4a231d; --failed-line: #c0563f; } }
body { font: 15px/1.4 system-ui, sans-serif; color: var(--text); margin: 0; background: var(--page); }
header { position: sticky; top: 0; background: var(--card); border-bottom: 1px solid var(--line); z-index: 1;
  padding: 0.6rem 1rem; }
h1 { font-size: 1.15rem; margin: 0 0 0.4rem; color: var(--title); }
form { display: flex; flex-wrap: wrap; gap: 0.4rem 1rem; align-items: center; }
label { color: var(--soft); } select, input, button { font: inherit; } input[type=number] { width: 4.5rem; }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(370px, 100%), 1fr)); gap: 0.8rem;
  padding: 1rem; align-items: start; }
article { background: var(--card); border: 1px solid var(--line); border-radius: 4px; padding: 0.5rem;
  overflow-wrap: anywhere; scroll-margin-top: 8rem; }
article.failed { background: var(--failed); border-color: var(--failed-line); }
article.failed + article:not(.failed) { grid-column-start: 1; }  /* below them is no gap */
article h2 { font-size: 0.95rem; margin: 0 0 0.3rem; }
article img { display: block; width: 100%; height: 130px; object-fit: contain; background: black; color: white; }
dl { display: grid; grid-template-columns: max-content auto; gap: 0 0.6rem; margin: 0.3rem 0; font-size: 0.87rem; }
dt { color: var(--soft); } dd { margin: 0; } dd.low { color: var(--doubt); font-weight: 600; }
details { font-size: 0.87rem; } ul { margin: 0.2rem 0; padding-left: 1.2rem; }
#more { display: block; margin: 0 auto 2rem; padding: 0.4rem 2rem; } #more[hidden] { display: none; }
#none { padding: 0 1rem; } footer { color: var(--soft); padding: 0 1rem 1rem; font-size: 0.87rem; }
@media (max-height: 600px), (max-width: 600px) { header { position: static; } article { scroll-margin-top: 0; } }
@media print { :root { --page: white; } header { position: static; } form, #more { display: none; }
  main { grid-template-columns: 1fr 1fr; } article { break-inside: avoid; }
  article img { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
</style>
</head>
<body>
<header>
<h1>{{ count }} scan{{ "s" if count != 1 }}{% if failed %}, of which {{ failed }} failed{% endif %}</h1>
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
<button type="reset">Show all</button>
<span id="shown" role="status"></span>
</form>
</header>
<p id="none" hidden>No scan fits these filters.</p>
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
const order = new Intl.Collator("en", {numeric: true}).compare;
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
    keys.get(a) === keys.get(b) ? order(a.name, b.name) : keys.get(a) < keys.get(b) ? -1 : 1);
  place.replaceChildren();
  drawn = 0;
  draw();
  document.getElementById("none").hidden = chosen.length > 0;
  window.scrollTo(0, 0);
}

function draw() {
  for (const scan of chosen.slice(drawn, drawn + STEP)) place.append(card(scan));
  drawn = Math.min(drawn + STEP, chosen.length);
  more.hidden = drawn >= chosen.length;
  const all = chosen.length < scans.length ? ` (${scans.length} in all)` : "";
  shown.textContent = `${drawn} of ${chosen.length} shown${all}`;
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
  const link = element("a", "", {href: scan.overview, target: "_blank", title: "Open the large picture"});
  const words = `Muscles of ${scan.name}`;
  link.append(scan.thumbnail ? element("img", "", {src: scan.thumbnail, alt: words, loading: "lazy"})
    : element("span", "The small picture is missing: open the large one."));
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
    details.append(element("summary", `${scan.count} warning${scan.count > 1 ? "s" : ""}`), list);
    for (const [number, times] of scan.warnings)
      list.append(element("li", sentences[number] + (times > 1 ? ` (${times} times)` : "")));
    made.append(details);
  }
  return made;
}

form.addEventListener("input", choose);
form.addEventListener("submit", event => event.preventDefault());
form.addEventListener("reset", () => setTimeout(choose));
more.addEventListener("click", () => {
  const next = drawn;
  draw();
  const first = place.children[next].querySelector("a, summary");
  if (first) first.focus({preventScroll: true});  // for those who go on by keyboard
});
choose();
</script>
</body>
</html>
"""
