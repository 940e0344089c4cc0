# SPDX-License-Identifier: BSD-2-Clause
"""validate_formats.py SCHEMA_FOLDER RUN...: every format of a run (RUN.json, RUN.sarif, ...) against the rules of its reader
and against the JSON report of the same run: the same findings in each, none lost, none doubled."""
import csv
import html.parser
import io
import json
import re
import subprocess
import sys

import jsonschema
import junitparser

SEVERITIES = ["critical", "high", "medium", "low", "info"]
LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "info": "note"}
# What the hostile fixtures write; none of it may reach a reader of Markdown as anything but code.
MARKS = ["alert(1)", "@org", "http://x", "HYPERLINK", "jndi", "7*7", "onmouseover", "error::x", "vso[", "teamcity", "DOCTYPE", "CDATA",
         "warning::two", "passwd", "`", "[2J", "wide"]


class Failure(Exception):
    pass


def need(condition, *what):
    if not condition:
        raise Failure(" ".join(str(w) for w in what))


def same(what, one, other):
    need(one == other, what + ":", one, "is not", other)


def text_of(path):
    octets = open(path, "rb").read()
    text = octets.decode("utf-8", "strict")
    bad = [c for c in text if (ord(c) < 32 and c not in "\n\t\r") or 0x7F <= ord(c) < 0xA0 or c in "\u202e\u2028\ufffe"]
    need(not bad, path, "holds control characters", bad[:5])
    return text


def load(path):
    return json.loads(text_of(path))


class Model:
    """The JSON report, seen as other formats show it."""

    def __init__(self, run):
        self.report = load(run + ".json")
        self.targets = self.report["targets"]
        self.results = [r for t in self.targets for r in t["results"]]
        self.fixed = [f for t in self.targets for f in t["fixed"]]
        self.fails = [r for r in self.results if r["outcome"] == "fail"]
        self.fresh = [r for r in self.fails if r["state"] in (None, "new")]
        self.waived = [r for r in self.fails if r["state"] == "waived"]
        self.known = [r for r in self.fails if r["state"] == "known"]
        self.unreadable = [t for t in self.targets if t["error"] is not None]
        self.summary = self.report["summary"]
        self.gate = self.report["run"]["gate"]
        self.has_states = self.summary["new"] is not None

    def of(self, outcome):
        return [r for r in self.results if r["outcome"] == outcome]

    def check_itself(self):
        for outcome, count in self.summary["results"].items():
            same(outcome, len(self.of(outcome)), count)
        for severity, count in self.summary["open"].items():
            same("open " + severity, sum(r["severity"] == severity for r in self.fails if r["state"] != "waived"), count)
        if self.has_states:
            same("new", sum(r["state"] == "new" for r in self.fails), self.summary["new"])
            same("known", len(self.known), self.summary["known"])
            same("waived", len(self.waived), self.summary["waived"])
            same("fixed", len(self.fixed), self.summary["fixed"])


def by_schema(schema, value):
    for kind in (jsonschema.Draft202012Validator, jsonschema.Draft7Validator):
        kind.check_schema(schema)
        for error in kind(schema).iter_errors(value):
            raise Failure(list(error.absolute_path), error.message[:300])


# ---- SARIF -----------------------------------------------------------------------------------------------

def sarif_run(path):
    log = load(path)
    run = log["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    same("rules are sorted", rules, sorted(set(rules)))
    prints = [r["partialFingerprints"]["zonevet/v1"] for r in run["results"]]
    same("fingerprints come once", len(prints), len(set(prints)))
    short = [r["partialFingerprints"]["primaryLocationLineHash"] for r in run["results"]]
    same("short fingerprints come once", len(short), len(set(short)))
    for r in run["results"]:
        if "ruleIndex" in r:
            same("ruleIndex", rules[r["ruleIndex"]], r["ruleId"])
        region = r["locations"][0]["physicalLocation"]["region"]
        need((region["endLine"], region["endColumn"]) >= (region["startLine"], region["startColumn"]), "region ends early", region)
        need("](" not in r["message"]["text"] and not re.search(r"(?<!\{)\{[0-9]+\}", r["message"]["text"]), "message has orders")
    return log, run


def check_sarif(model, run, schemas):
    log, sarif = sarif_run(run + ".sarif")
    by_schema(schemas["sarif"], log)
    same("sarif findings", sorted(r["partialFingerprints"]["zonevet/v1"] for r in sarif["results"]),
         sorted(r["fingerprint"] for r in model.fresh))
    level = {r["fingerprint"]: LEVELS[r["severity"]] for r in model.fresh}
    for r in sarif["results"]:
        same("level", r["level"], level[r["partialFingerprints"]["zonevet/v1"]])
        need(not {"kind", "suppressions", "baselineState"} & set(r), "GitHub shows suppressed results as open")
    evidence = {r["fingerprint"]: [e["value"] or None for e in r["evidence"]] for r in model.fresh}
    for r in sarif["results"]:
        same("evidence", [e.get("value") for e in r["properties"]["evidence"]], evidence[r["partialFingerprints"]["zonevet/v1"]])
    order = ["error", "warning", "note"]
    levels = [order.index(r["level"]) for r in sarif["results"]]
    same("the gravest come first", levels, sorted(levels))
    invocation = sarif["invocations"][0]
    same("executionSuccessful", invocation["executionSuccessful"], model.report["run"]["outcome"] != "incomplete")
    same("notifications", len(invocation["toolExecutionNotifications"]), len(model.of("undetermined")) + len(model.unreadable))
    same("gate notes", len(invocation["toolConfigurationNotifications"]), len(model.gate["notes"]))


def check_sarif_full(model, run, schemas):
    kinds = {"pass": "pass", "fail": "fail", "info": "informational", "skipped": "notApplicable", "undetermined": "review"}
    _, sarif = sarif_run(run + ".full.sarif")
    results = [r for r in sarif["results"] if r.get("baselineState") != "absent"]
    same("absent", len(sarif["results"]) - len(results), len(model.fixed))
    for outcome, kind in kinds.items():
        same(kind, sum(r["kind"] == kind for r in results), len(model.of(outcome)))
    need(all((r["level"] == "none") == (r["kind"] != "fail") for r in results), "level and kind")
    same("suppressions", sum("suppressions" in r for r in results), len(model.waived))
    same("unchanged", sum(r.get("baselineState") == "unchanged" for r in results), len(model.known))
    same("new", sum(r.get("baselineState") == "new" for r in results), sum(r["state"] == "new" for r in model.fails))


# ---- Code Quality ----------------------------------------------------------------------------------------

def check_quality(model, run, schemas):
    words = {"critical": "blocker", "high": "critical", "medium": "major", "low": "minor", "info": "info"}
    entries = load(run + ".quality")
    by_schema(schemas["quality"], entries)
    prints = [e["fingerprint"] for e in entries]
    same("fingerprints come once", len(prints), len(set(prints)))
    same("entries", sorted((e["fingerprint"], e["severity"]) for e in entries),
         sorted((r["fingerprint"][:32], words[r["severity"]]) for r in model.fresh))


# ---- GitHub annotations ----------------------------------------------------------------------------------

def unescape(text, names):
    for name, char in names:
        text = text.replace(name, char)
    return text.replace("%25", "%")


def annotations(path):
    for line in text_of(path).split("\n")[:-1]:
        match = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.*)", line)
        need(match, "no annotation:", line[:200])
        need(not re.search(r"%(?!25|0D|0A|3A|2C)", line), "bare percent sign", line[:200])
        values = dict(v.split("=", 1) for v in match.group(2).split(",") if v)
        basic = [("%0D", "\r"), ("%0A", "\n")]
        yield (match.group(1), {k: unescape(v, basic + [("%3A", ":"), ("%2C", ",")]) for k, v in values.items()},
               unescape(match.group(3), basic))


def check_annotations(model, run, schemas):
    words = {"error": ("critical", "high"), "warning": ("medium",), "notice": ("low", "info")}
    found = list(annotations(run + ".annotations"))
    incomplete = [a for a in found if a[1]["title"] == "zonevet is incomplete"]
    same("says that it is incomplete", len(incomplete), int(model.report["run"]["outcome"] == "incomplete"))
    for level, severities in words.items():
        mine = [a for a in found if a[0] == level]
        need(len(mine) <= 10, "the runner shows ten", level)
        more = [int(re.search("and ([0-9]+) more", text).group(1)) for _, v, text in mine if v["title"] == "zonevet"]
        shown = [a for a in mine if not a[1]["title"].startswith("zonevet")]
        expected = [r for r in model.fresh if r["severity"] in severities]
        same(level, len(shown) + sum(more), len(expected))
        ids = {r["check"] for r in expected}
        texts = {r["subject"] + "\n" + r["message"] if r["message"] else r["subject"] for r in expected}
        for _, values, text in shown:
            need(values["title"] in ids, "check", values["title"])
            need(any(text.endswith(": " + t) for t in texts), "message is not that of the model:", repr(text[:200]))


# ---- lines for editors -----------------------------------------------------------------------------------

def check_gcc(model, run, schemas):
    lines = text_of(run + ".gcc").split("\n")[:-1]
    ends = [line for line in lines if re.fullmatch(r"zonevet: (note|error): [0-9]+ (results?|targets?) could not be (evaluated|read)", line)]
    same("closing lines", len(ends), bool(model.of("undetermined")) + bool(model.unreadable))
    ids = {r["check"] for r in model.fresh}
    finding = re.compile(r"(?:zonevet|.*:[1-9][0-9]*:[1-9][0-9]*): (?:error|warning|note): .* \[([a-z0-9-]+\.[a-z0-9-]+)\]")
    for line in lines:
        need(not re.match(r"\s*::", line) and "##[" not in line and "##vso" not in line, "an order to a runner:", line[:200])
        match = finding.fullmatch(line)
        need(line in ends or (match and match.group(1) in ids), "no line of a compiler:", line[:200])
    same("lines", len(lines) - len(ends), len(model.fresh))


# ---- CSV -------------------------------------------------------------------------------------------------

def plain(field):
    return field[1:] if field[:1] == "'" and field[1:2] and field[1] in "=+-@\t\r" else field


def check_csv(model, run, schemas):
    octets = open(run + ".csv", "rb").read()
    need(octets.endswith(b"\r\n") and not octets.startswith(b"\xef\xbb\xbf"), "line ends, byte order mark")
    same("with a byte order mark", open(run + ".bom.csv", "rb").read(), b"\xef\xbb\xbf" + octets)
    text_of(run + ".csv")
    rows = list(csv.DictReader(io.StringIO(octets.decode(), newline=""), strict=True))
    columns = "run_id,target,check,subject,rrtype,outcome,severity,confidence,state,title,message,file,line,fingerprint,waiver,references"
    same("columns", octets.split(b"\r\n")[0].decode(), columns)
    for row in rows:
        for name, field in row.items():
            need(isinstance(field, str) and field[:1] not in ("=", "+", "-", "@", "\t", "\r") or field == "", "formula", name, field)
    results = [row for row in rows if row["fingerprint"] and row["state"] != "fixed"]
    same("fixed", sum(row["state"] == "fixed" for row in rows), len(model.fixed))
    same("rows", len(rows), len(model.results) + len(model.fixed) + len(model.unreadable))
    names = ("check", "subject", "outcome", "severity", "confidence", "fingerprint")
    for row, r in zip(results, model.results):
        for name in names:
            same(name, row[name], r[name])
        same("state", row["state"], r["state"] or "")
        same("message", plain(row["message"]), r["message"] or "")
        same("file", plain(row["file"]), (r["location"] or {}).get("file", ""))
        need(not r["waiver"] or r["waiver"]["owner"] in row["waiver"], "waiver")


# ---- Markdown --------------------------------------------------------------------------------------------

class Page(html.parser.HTMLParser):
    ALLOWED = {"p", "strong", "code", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "h3", "ul", "li", "pre", "a"}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.code = 0
        self.outside, self.cells, self.open, self.findings = [], [], [], 0

    def handle_starttag(self, tag, attributes):
        need(tag in self.ALLOWED, "element", tag)
        attributes = dict(attributes)
        if tag == "a":
            need(attributes["href"].startswith("https://") and "http://x" not in attributes["href"], "link", attributes)
        need(set(attributes) <= {"href", "align", "lang", "class"}, "attributes", attributes)
        self.open.append(tag)
        self.code += tag == "code"
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_endtag(self, tag):
        same("nesting", self.open.pop(), tag)
        self.code -= tag == "code"

    def handle_data(self, data):
        if not self.code:
            self.outside.append(data)
        if self.open and self.open[-1] in ("td", "th"):
            self.cells[-1] += data

    def handle_comment(self, data):
        need(re.fullmatch(r" zonevet:[A-Za-z0-9_]+ ", data), "comment", data)


def check_markdown(model, run, schemas):
    text = text_of(run + ".md")
    need(len(text.encode()) <= 60000, "too long")
    need(re.match("<!-- zonevet:[A-Za-z0-9_]+ -->\n", text), "first line")
    extensions = [w for e in ("table", "strikethrough", "autolink", "tasklist") for w in ("-e", e)]
    page = Page()
    page.feed(subprocess.run(["cmark-gfm", "--unsafe"] + extensions, input=text.encode(), stdout=subprocess.PIPE, check=True)
              .stdout.decode())
    page.close()
    same("everything is closed", page.open, [])
    outside = "".join(page.outside)
    for mark in MARKS:
        need(mark not in outside, "text of strangers outside code:", mark, repr(outside[max(0, outside.find(mark) - 80):][:200]))
    groups = [("Open", model.fresh)]
    if model.has_states:
        known = "Unchanged" if model.gate["old_side"] else "Known"
        groups = [("New", model.fresh), ("Fixed", model.fixed), (known, model.known), ("Waived", model.waived)]
    width = 1 + len(groups)
    same("head of the table", page.cells[:width], ["Severity"] + [name for name, _ in groups])
    rows = [page.cells[i:i + width] for i in range(width, len(page.cells), width)]
    for severity in SEVERITIES:
        counts = [str(sum(r["severity"] == severity for r in results)) for _, results in groups]
        row = [row[1:] for row in rows if row[0] == severity]
        need(row == [counts] or (severity == "info" and not row and set(counts) == {"0"}), severity, row, counts)
    need("%d undetermined" % len(model.of("undetermined")) in text, "undetermined")


# ---- the formats from before ------------------------------------------------------------------------------

def check_junit(model, run, schemas):
    aside = len(model.waived) + (len(model.known) if model.gate["new_only"] else 0)
    for dialect in ("common", "strict"):
        suites = junitparser.JUnitXml.fromfile(run + "." + dialect + ".xml")
        cases = [case for suite in suites for case in suite]
        if not model.targets:
            same("an empty run is told", [c.result[0].type for c in cases], ["nothing-to-audit"])
            continue
        kinds = [type(case.result[0]).__name__ if case.result else "" for case in cases]
        same("cases", len(cases), len(model.results) + len(model.unreadable))
        same("failures", kinds.count("Failure"), len(model.fails) - aside)
        same("errors", kinds.count("Error"), len(model.of("undetermined")) + len(model.unreadable))
        same("skipped", kinds.count("Skipped"), len(model.of("skipped")) + aside)
        messages = [c.result[0].message for c in cases if c.result and isinstance(c.result[0], junitparser.Skipped)]
        same("waived", sum(m.startswith("waived until ") for m in messages), len(model.waived))


def check_html(model, run, schemas):
    text = text_of(run + ".html")
    cards = re.findall(r'<li class="score (?:none )?([a-z]+)">\s*<span class="number">([0-9]+)</span>', text)
    counts = dict(cards)
    for severity in SEVERITIES[:-1]:
        same("open " + severity, int(counts[severity]), model.summary["open"][severity])
    same("has states", "new" in counts, model.has_states)
    for state in ("new", "known", "waived", "fixed") if model.has_states else ():
        same(state, int(counts[state]), model.summary[state])
    same("findings", text.count("<article "), len(model.fails) + len(model.of("info")))


def check_text(model, run, schemas):
    text = text_of(run + ".txt")
    known = "unchanged" if model.gate["old_side"] else "known"
    line = re.search(r"([0-9]+) new, ([0-9]+) %s, ([0-9]+) waived, ([0-9]+) fixed\n" % known, text)
    same("has states", line is not None, model.has_states)
    if line:
        same("states", [int(n) for n in line.groups()], [model.summary[s] for s in ("new", "known", "waived", "fixed")])


def check_ndjson(model, run, schemas):
    lines = [json.loads(line) for line in text_of(run + ".ndjson").splitlines()]
    same("results", [r["fingerprint"] for r in lines if r["type"] == "result"], [r["fingerprint"] for r in model.results])
    same("fixed", [f for r in lines if r["type"] == "target-end" for f in r["fixed"]], model.fixed)
    same("summary", lines[-1]["summary"], model.summary)


CHECKS = [check_ndjson, check_junit, check_html, check_text, check_sarif, check_sarif_full, check_quality, check_annotations,
          check_gcc, check_csv, check_markdown]


def main():
    schemas = {"sarif": load(sys.argv[1] + "/sarif-github.schema.json"), "quality": load(sys.argv[1] + "/codequality.schema.json")}
    failed = 0
    for run in sys.argv[2:]:
        model = Model(run)
        for check in [lambda m, r, s: m.check_itself()] + CHECKS:
            try:
                check(model, run, schemas)
            except Failure as failure:
                print("%s: %s: %s" % (run, check.__name__, failure))
                failed = 1
    sys.exit(failed)


main()
