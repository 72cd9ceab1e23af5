"""The style sheet of the HTML report: wide tables become lists where the page is narrow."""

from __future__ import annotations

from typing import Final

STYLE: Final = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1rem; max-width: 62rem; color: #1f2328; background: #fff;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
h1 { margin: 0; font-size: 1.5rem; }
h2 { margin: 0; font-size: 1.2rem; overflow-wrap: anywhere; }
h3 { margin: 1.2rem 0 0; font-size: 1rem; }
p { margin: .25rem 0 1rem; color: #5a5f66; overflow-wrap: anywhere; }
section { margin: 1.5rem 0; padding-top: 1.5rem; border-top: 1px solid #d5d8db; }
ul { margin: .25rem 0; padding-left: 1.2rem; }
li, td, th { overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; font-size: .9rem; }
th, td { padding: .4rem .6rem .4rem 0; border-top: 1px solid #e4e6e8; }
th, td { text-align: left; vertical-align: top; }
thead th { border: 0; color: #5a5f66; font-weight: normal; }
thead th, tbody th, td:not([data-name="differs"], [data-name="why"]) { white-space: nowrap; }
th, td { min-width: 4rem; }
figure { margin: 1.2rem 0; }
svg { display: block; width: 100%; max-width: 36rem; height: auto; }
.exact, .diverges, .unproven {
  padding: .05rem .5rem; border-radius: 1rem; font-size: .85rem; font-weight: 600;
  white-space: nowrap;
}
.exact { color: #1a7f4b; background: #e6f3ec; }
.diverges { color: #c2331d; background: #fbe9e6; }
.unproven { color: #946200; background: #fbf2dc; }
@media (max-width: 44rem) {
  thead { display: none; }
  tr { display: block; padding: .5rem 0; border-top: 1px solid #e4e6e8; }
  th, td { display: block; padding: .1rem 0; border: 0; }
  th, td { min-width: 0; }
  td:empty { display: none; }
  td::before { content: attr(data-name) ": "; color: #5a5f66; }
  td[data-name="verdict"]::before { content: none; }
}
"""
