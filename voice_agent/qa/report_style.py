"""The report's style sheet: no web font, no script, prints as it looks."""

from __future__ import annotations

STYLE = """
:root{--ink:#1f2937;--soft:#6b7280;--line:#e5e7eb;--ours:#2563eb;--caller:#d97706;--bad:#b91c1c;--good:#047857}
*{box-sizing:border-box}
body{margin:0;background:#f8fafc;color:var(--ink);
 font:15px/1.6 "Noto Sans KR","Noto Sans CJK KR","NanumSquareRound","NanumGothic","Malgun Gothic",sans-serif}
main{max-width:960px;margin:0 auto;padding:32px 20px 80px}
h1{font-size:26px;margin:0}h2{font-size:18px;margin:36px 0 12px}h3{font-size:16px;margin:0 0 6px}
.sub,.facts,small{color:var(--soft)}.sub{margin:2px 0 20px}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(170px,1fr));gap:10px}
.tile{background:#fff;border:1px solid var(--line);border-radius:10px;padding:12px 14px}
.tile span{font-size:13px;color:var(--soft)}.tile p{margin:2px 0 0}
.tile b{font-size:24px}.tile i{font-style:normal;color:var(--soft);margin-left:3px;font-size:13px}
.tile small{display:block}.tile small span{font-size:inherit;color:inherit}
.better{color:var(--good)}.worse{color:var(--bad)}
section>svg,article>svg{max-width:100%;height:auto}
section>svg,article>svg{background:#fff;border:1px solid var(--line);border-radius:10px;padding:8px}
table{border-collapse:collapse;background:#fff}td,th{border:1px solid var(--line);padding:3px 8px;text-align:center}
th{font-weight:500;text-align:left;font-size:13px}.wide{overflow-x:auto}
.matrix td{min-width:26px;padding:2px 4px;font-size:13px}.matrix .none{background:#fff}
.matrix th{white-space:nowrap}.up{height:150px;vertical-align:bottom;padding:4px 2px}
.up span{writing-mode:vertical-rl;transform:rotate(180deg)}
article{background:#fff;border:1px solid var(--line);border-radius:10px;padding:14px 16px;margin-bottom:14px}
code{background:#f1f5f9;border-radius:4px;padding:1px 6px;font-size:13px;color:var(--soft)}
.fail{color:var(--bad);margin:2px 0;font-size:14px}.ok{color:var(--good);margin:2px 0;font-size:14px}
.facts{font-size:13px;margin:6px 0;display:flex;gap:16px;flex-wrap:wrap}.facts b{color:var(--ink)}
audio{width:100%;margin:8px 0}summary{cursor:pointer;color:var(--soft);font-size:14px}
ol{list-style:none;padding:0;margin:8px 0}li{padding:3px 0 3px 52px;position:relative}
time{position:absolute;left:0;color:var(--soft);font-size:12px;width:44px;text-align:right}
.ours{color:var(--ours)}.caller{color:var(--caller)}.note{color:var(--soft);font-size:13px}
@media print{body{background:#fff}audio{display:none}details{display:block}}
"""
