"""The page that a report fills: its style and its order."""

from __future__ import annotations

from string import Template

PAGE = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title><style>
:root { color-scheme: light dark; --ink: #1c2024; --soft: #60676e; --paper: #fff; --line: #d5d9de; --hold: #eceef1;
  --estimate: #1864ab; --band: #a5c8ea; --harm: #c92a2a; --benefit: #2b7a34; --margin: #a15c00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ea; --soft: #9aa3ab; --paper: #15181b; --line: #343a40;
  --hold: #24292e; --estimate: #74b3f0; --band: #234b70; --harm: #ff8787; --benefit: #69c779; --margin: #e8a33d; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 62rem;
  margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { margin-bottom: .2rem; } h1 + p { font-size: 1.1rem; margin-top: 0; } h3 { margin: 1.2rem 0 0; }
.good { color: var(--benefit); } .bad { color: var(--harm); } .open { color: var(--estimate); }
.soft { color: var(--soft); font-weight: normal; }
table { border-collapse: collapse; } th, td { padding: .15rem .9rem .15rem 0; vertical-align: top; text-align: left; }
th { color: var(--soft); font-weight: normal; white-space: nowrap; } .wide { overflow-x: auto; }
.looks td { font-size: 13px; } code { font-size: 13px; } dt { color: var(--soft); } dd { margin: 0 0 .4rem 1rem; }
summary { cursor: pointer; } details { border-top: 1px solid var(--line); padding: .25rem 0; }
svg { width: 100%; height: auto; } svg text { font-size: 12px; fill: var(--soft); }
.grid { stroke: var(--line); stroke-width: .7; } .zero { stroke: var(--ink); stroke-width: 1; }
.hold { fill: var(--hold); } .interval { fill: var(--band); fill-opacity: .6; }
path { fill: none; stroke-width: 1.7; } path.estimate { stroke: var(--estimate); stroke-width: 2.2; }
path.harm { stroke: var(--harm); stroke-dasharray: 7 4; }
path.benefit { stroke: var(--benefit); stroke-dasharray: 7 4; }
path.margin { stroke: var(--margin); stroke-dasharray: 2 3; } .point { fill: var(--estimate); }
line.decision { stroke: var(--ink); stroke-width: 1.4; stroke-dasharray: 2 2; }
svg text.decision { fill: var(--ink); font-weight: bold; }
svg text.estimate { fill: var(--estimate); } svg text.harm { fill: var(--harm); }
svg text.benefit { fill: var(--benefit); }
svg text.margin { fill: var(--margin); }
</style></head><body>
<h1 class="$mark">$headline</h1>
<p>$reason</p>
<table>$facts</table>
<h2>What happened</h2>
<table>$story</table>
<h2>Effect of the change, look by look</h2>
<p class="soft">Canary minus comparison; the shaded interval is valid at every look together.
Grey: the canary stood still. Hover over a point for its numbers; pp are percentage points.</p>
$charts
<h2>Looks</h2>
$looks
</body></html>
""")
