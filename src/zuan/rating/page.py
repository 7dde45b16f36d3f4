"""A report as lines of text, as one HTML file, and as a badge. Texts that come from the chain are made harmless here."""

from __future__ import annotations

from html import escape

from ..errors import iso
from ..quoting import visible
from .criterion import LOOK_NAMES, LOOKS, STAGES, UNKNOWN, VERDICT_NAMES
from .offline import embedded
from .people import ANYBODY, CONTRACT, CREATION, IN_CODE, IN_EVENT, PASSING, PLAIN, SAFE, STANDARD_SLOT, TIMELOCK
from .report import Finding, Report

_WORDS = {
    "en": {
        "stage": "Stage {stage} of {stages}",
        "whole": "All that these stages ask for is there.",
        "missing": "What stage {next} lacks:",
        "witness": "witness: {steps} calls, run again with `zuan check --replay`",
        "why": "why it matters",
        "incident": "what happened elsewhere",
        "hand": "by hand",
        "of": "Chain {chain}, block {block:,}, {time}",
        "callers": "Who was tried: {callers}, in {calls:,} calls.",
        "title": "What somebody can do to the holders of {name}",
        "stale": "This speaks of that block only. Later calls can change what owners may do.",
        "flows": "Signs in the flows: hints, no verdict",
        "flows of": "{transfers:,} transfers, blocks {first:,} to {last:,}{before}; {looked} accounts that take from many.",
        "not before": " (earlier ones are not in the store)",
        "none": "None of the signs of a Ponzi scheme that are looked for was seen. That proves nothing.",
        "no flows": "Not looked at: run `zuan sync --token {token}`, then this again with --store circulation.",
        "innocent": "innocent, and alike",
        "show": "see it",
        "proven": "Files of --json and --html prove the header, the code and {slots} slots: `zuan check --verify`.",
        "unproven": "Nothing here can be proven without the node: {why}.",
    },
    "zh": {
        "stage": "第 {stage} 级（共 {stages} 级）",
        "whole": "各级所要求的都已具备。",
        "missing": "距第 {next} 级还缺：",
        "witness": "证据：{steps} 次调用，可用 `zuan check --replay` 重放",
        "why": "为什么重要",
        "incident": "别处发生过什么",
        "hand": "如何自己核对",
        "of": "链 {chain}，区块 {block:,}，{time}",
        "callers": "尝试过的调用者：{callers}；共 {calls:,} 次调用。",
        "title": "{name}：别人能对持有人做什么",
        "stale": "以上只针对该区块；之后的调用可能改变各方的权力。",
        "flows": "资金流向中的迹象：仅供参考，不是结论",
        "flows of": "区块 {first:,} 至 {last:,} 的 {transfers:,} 笔转账{before}；查看了 {looked} 个收款众多的账户。",
        "not before": "（更早的不在流通数据中）",
        "none": "没有见到所查的庞氏迹象。这并不证明什么。",
        "no flows": "未查看：请先运行 `zuan sync --token {token}`，再带 --store circulation 重新检查。",
        "innocent": "也可能是正常的",
        "show": "查看",
        "proven": "--json 或 --html 写出的文件可离线证明区块头、代码和 {slots} 个存储槽：`zuan check --verify`。",
        "unproven": "离开节点无法证明：{why}。",
    },
}
#: Kinds of callers, and where one was found; what is not here is a function or a slot.
_CALLER_WORDS = {
    PLAIN: "密钥账户",
    SAFE: "多签钱包",
    TIMELOCK: "时间锁",
    CONTRACT: "合约",
    ANYBODY: "任何人",
    CREATION: "代币创建时提到",
    PASSING: "参与过转移",
    STANDARD_SLOT: "标准存储位",
    IN_EVENT: "事件中提到",
    IN_CODE: "写在代码里",
}


def heading(report: Report) -> str:
    """Name, symbol and address; names are cut and shown with all that hides spelled out."""
    name = visible(report.name)[:40] or "?"
    symbol = f" ({visible(report.symbol)[:16]})" if report.symbol else ""
    return f"{name}{symbol} {report.token}"


def lines(report: Report, language: str, why: bool = False) -> list[str]:
    """The report in words, ready to be printed."""
    words = _WORDS[language]
    found = [heading(report), _of(report, language), ""]
    found.append(words["stage"].format(stage=report.stage, stages=STAGES))
    if report.stage == STAGES:
        found.append(words["whole"])
    else:
        found.append(words["missing"].format(next=report.stage + 1))
        found += [f"  - {f.question[language]} {f.sentence[language]}" for f in report.missing]
    for look in LOOKS:
        found += ["", LOOK_NAMES[look][language]]
        for finding in (f for f in report.findings if f.look == look):
            found += _told(finding, language, why)
    found += ["", *flow_lines(report, language)]
    found += ["", _callers(report, language), _proof(report, language), words["stale"]]
    return [visible(line) for line in found]


def page(report: Report, language: str) -> str:
    """The report as one HTML file without scripts; it asks nothing of any server."""
    words = _WORDS[language]
    rows = []
    for look in LOOKS:
        rows.append(f"<h2>{LOOK_NAMES[look][language]}</h2>")
        for f in (f for f in report.findings if f.look == look):
            more = [f"<dt>{words[k]}</dt><dd>{escape(t[language])}</dd>" for k, t in _more(f)]
            if f.witness:
                said = words["witness"].format(steps=len(f.witness.setup) + len(f.witness.steps))
                more.append(f"<dt></dt><dd>{escape(said)}</dd>")
            mark = "good" if f.is_good else "open" if f.verdict == UNKNOWN or not f.stage else "bad"
            rows.append(
                f'<details class="{mark}"><summary><b>{escape(f.question[language])}</b> '
                f"{escape(visible(f.sentence[language]))}</summary><dl>{''.join(more)}</dl></details>"
            )
    if report.stage == STAGES:
        need = f"<p>{words['whole']}</p>"
    else:
        items = "".join(f"<li>{escape(f.question[language])}</li>" for f in report.missing)
        need = f"<p>{words['missing'].format(next=report.stage + 1)}</p><ul>{items}</ul>"
    title = escape(words["title"].format(name=visible(report.name)[:40] or report.token))
    return f"""<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root {{ color-scheme: light dark }}
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem }}
.stage {{ font-size: 1.5rem; font-weight: 700; }} p, summary, dd {{ overflow-wrap: anywhere; }}
details {{ border-left: .4rem solid #888; padding: .3rem .8rem; margin: .5rem 0; }}
.good {{ border-color: #1a7f37; }} .bad {{ border-color: #b42318; }} .open {{ border-color: #9a6700; }}
</style></head><body>
<h1>{title}</h1>
<p>{escape(heading(report))}<br>{escape(_of(report, language))}</p>
<p class="stage">{words["stage"].format(stage=report.stage, stages=STAGES)}</p>
{need}
{"".join(rows)}
{_flows(report, language)}
<p>{escape(_callers(report, language))}</p><p>{escape(_proof(report, language))}</p><p>{words["stale"]}</p>
{embedded(report.as_dict())}
</body></html>
"""


def badge(report: Report, language: str, stale: bool = False) -> str:
    """A small picture (SVG): the stage, the block, and the sum of the criteria's versions; grey where it is old."""
    words = _WORDS[language]
    left = words["stage"].format(stage=report.stage, stages=STAGES)
    right = f"#{report.block} v{sum(f.version for f in report.findings)}"
    colour = "#666" if stale else ("#b42318", "#8a5a00", "#4d6f00", "#1a7f37")[report.stage]
    wide, more = 12 + 8 * len(left) * (2 if language == "zh" else 1), 16 + 8 * len(right)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide + more}" height="22" role="img" '
        f'aria-label="{escape(left)}, {right}"><rect width="{wide}" height="22" fill="{colour}"/>'
        f'<rect x="{wide}" width="{more}" height="22" fill="#333"/><g fill="#fff" font-family="sans-serif" font-size="13">'
        f'<text x="6" y="16">{escape(left)}</text><text x="{wide + 8}" y="16">{right}</text></g></svg>\n'
    )


def flow_lines(report: Report, language: str) -> list[str]:
    """What was seen in a store's flows, in lines."""
    words, flows = _WORDS[language], report.flows
    if flows is None:
        return [words["flows"], "     " + words["no flows"].format(token=report.token)]
    found = [words["flows"], "     " + _flows_of(report, language)]
    if not flows.hints:
        found.append("     " + words["none"])
    for hint in flows.hints:
        found += [f" ~ {hint.title[language]}", f"     {hint.sentence[language]}"]
        found += [f"     {words['innocent']}: {hint.innocent[language]}", f"     {words['show']}: {hint.command}"]
    return found


def _flows_of(report: Report, language: str) -> str:
    words, flows = _WORDS[language], report.flows
    if flows is None:
        return ""
    before = "" if flows.whole else words["not before"]
    return words["flows of"].format(
        transfers=flows.transfers, first=flows.first, last=flows.last, before=before, looked=flows.looked
    )


def _flows(report: Report, language: str) -> str:
    """The same as HTML."""
    words = _WORDS[language]
    title, *lines_ = flow_lines(report, language)
    if report.flows is None or not report.flows.hints:
        return f"<h2>{title}</h2>" + "".join(f"<p>{escape(visible(line.strip()))}</p>" for line in lines_)
    rows = "".join(
        f'<details class="open"><summary><b>{escape(h.title[language])}</b> {escape(h.sentence[language])}</summary>'
        f"<dl><dt>{words['innocent']}</dt><dd>{escape(h.innocent[language])}</dd>"
        f"<dt>{words['show']}</dt><dd><code>{escape(h.command)}</code></dd></dl></details>"
        for h in report.flows.hints
    )
    return f"<h2>{title}</h2><p>{escape(_flows_of(report, language))}</p>{rows}"


def _proof(report: Report, language: str) -> str:
    words = _WORDS[language]
    if report.proof is None:
        return words["unproven"].format(why=report.unproven)
    return words["proven"].format(slots=sum(len(a["slots"]) for a in report.proof["accounts"]))


def verdict(answer: str, language: str) -> str:
    """A verdict in a language."""
    return VERDICT_NAMES[answer][language]


def _told(finding: Finding, language: str, why: bool) -> list[str]:
    words = _WORDS[language]
    mark = "?" if finding.verdict == UNKNOWN else " " if not finding.stage else "+" if finding.is_good else "!"
    found = [f" {mark} {finding.question[language]}", f"     {finding.sentence[language]}"]
    if finding.witness:
        steps = len(finding.witness.setup) + len(finding.witness.steps)
        found.append("     " + words["witness"].format(steps=steps))
    if why:
        found += [f"     {words[key]}: {text[language]}" for key, text in _more(finding)]
    return found


def _more(finding: Finding) -> list[tuple[str, dict[str, str]]]:
    parts = (("why", finding.reason), ("incident", finding.incident), ("hand", finding.by_hand))
    return [(key, dict(text)) for key, text in parts]


def _of(report: Report, language: str) -> str:
    time = iso(report.timestamp)
    return _WORDS[language]["of"].format(chain=report.chain_id, block=report.block, time=time)


def _callers(report: Report, language: str) -> str:
    words = _CALLER_WORDS if language == "zh" else {}
    named = [
        f"{address} ({words.get(kind, kind)}{', ' + detail if detail else ''}: {words.get(why, why)})"
        for kind, address, why, detail in report.callers
    ]
    return _WORDS[language]["callers"].format(callers="; ".join(named[:12]), calls=report.calls)
