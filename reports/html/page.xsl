<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: BSD-2-Clause -->
<!-- The page around the findings: verdict, what was audited, counts, targets, what could not be evaluated, compliance
     matrix, appendix. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="html" encoding="UTF-8" indent="no"/>

  <xsl:template match="/run">
    <html lang="en">
      <head>
        <meta charset="utf-8"/>
        <meta http-equiv="Content-Security-Policy" content="{@policy}"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="referrer" content="no-referrer"/>
        <meta name="color-scheme" content="light dark"/>
        <title><xsl:value-of select="@verdict"/>: <xsl:call-template name="what"/>, DNS security report</title>
        <style><xsl:value-of select="@style"/></style>
      </head>
      <body>
        <xsl:call-template name="marks"/>
        <a class="skip" href="#main">Skip to the report</a>
        <div class="frame">
          <xsl:call-template name="contents"/>
          <main id="main">
            <xsl:call-template name="top"/>
            <xsl:call-template name="changes"/>
            <xsl:call-template name="targets"/>
            <section id="findings" aria-labelledby="findings-title">
              <h2 id="findings-title">Findings</h2>
              <xsl:call-template name="findings-note"/>
              <div id="filters" hidden="hidden"></div>
              <xsl:comment>zonevet:findings</xsl:comment>
            </section>
            <xsl:call-template name="waivers"/>
            <xsl:call-template name="unknowns"/>
            <xsl:call-template name="compliance"/>
            <xsl:call-template name="appendix"/>
          </main>
        </div>
        <script><xsl:value-of select="@script"/></script>
      </body>
    </html>
  </xsl:template>

  <!-- "example.org." or "12 targets" -->
  <xsl:template name="what">
    <xsl:choose>
      <xsl:when test="count(target) = 1"><xsl:value-of select="target/@name"/></xsl:when>
      <xsl:when test="not(target)">nothing audited</xsl:when>
      <xsl:otherwise><xsl:value-of select="count(target)"/> targets</xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- One shape a state, so that colour is never the only sign. -->
  <xsl:template name="marks">
    <svg class="marks" aria-hidden="true" focusable="false" width="0" height="0">
      <symbol id="mark-critical" viewBox="0 0 14 14"><path d="M4.2 0h5.6L14 4.2v5.6L9.8 14H4.2L0 9.8V4.2z"/><path class="cut" d="M6.1 2.9h1.8v5H6.1zM6.1 9.3h1.8v1.8H6.1z"/></symbol>
      <symbol id="mark-high" viewBox="0 0 14 14"><path d="M7 .6 14 13.2H0z"/><path class="cut" d="M6.2 5h1.6v4H6.2zM6.2 10h1.6v1.6H6.2z"/></symbol>
      <symbol id="mark-medium" viewBox="0 0 14 14"><path d="M7 0l7 7-7 7-7-7z"/></symbol>
      <symbol id="mark-low" viewBox="0 0 14 14"><circle cx="7" cy="7" r="5"/></symbol>
      <symbol id="mark-info" viewBox="0 0 14 14"><path d="M7 1.2A5.8 5.8 0 1 0 7 12.800 5.800 5.800 0 0 0 7 1.200zm0 1.600a4.200 4.200 0 1 1 0 8.400 4.200 4.200 0 0 1 0-8.400zM6.200 4h1.600v1.500H6.200zM6.200 6.300h1.600V10H6.200z"/></symbol>
      <symbol id="mark-pass" viewBox="0 0 14 14"><path d="M1.300 7.300l1.500-1.500 2.700 2.700L11.300 2.600l1.500 1.500-7.300 7.400z"/></symbol>
      <symbol id="mark-fail" viewBox="0 0 14 14"><path d="M2.600 1.200L7 5.600l4.400-4.400 1.400 1.400L8.400 7l4.400 4.400-1.400 1.400L7 8.400l-4.400 4.400-1.400-1.400L5.600 7 1.200 2.600z"/></symbol>
      <symbol id="mark-undetermined" viewBox="0 0 14 14"><path d="M6.100 9.200V8.600c0-2.200 2.400-2.300 2.400-4 0-.8-.6-1.300-1.500-1.300-1 0-1.600.6-1.700 1.600l-1.900-.2C3.600 2.700 4.900 1.500 7 1.500c2.100 0 3.500 1.100 3.500 3 0 2.600-2.500 2.700-2.500 4.300v.4zM6 10.700h2v2H6z"/></symbol>
      <symbol id="mark-skipped" viewBox="0 0 14 14"><path d="M2 6h10v2H2z"/></symbol>
      <symbol id="mark-not-assessed" viewBox="0 0 14 14"><path d="M2 6h10v2H2z"/></symbol>
    </svg>
  </xsl:template>

  <xsl:template name="mark">
    <xsl:param name="state"/>
    <svg class="mark" aria-hidden="true" focusable="false" width="14" height="14"><use href="#mark-{$state}"/></svg>
  </xsl:template>

  <xsl:template name="contents">
    <nav aria-label="Contents">
      <p class="brand">zonevet</p>
      <ul>
        <li><a href="#summary">Summary</a></li>
        <xsl:if test="card"><li><a href="#changes">What changed <span class="n"><xsl:value-of select="card[@state = 'new']/@count + card[@state = 'fixed']/@count"/></span></a></li></xsl:if>
        <li><a href="#targets">Targets <span class="n"><xsl:value-of select="count(target)"/></span></a></li>
        <li><a href="#findings">Findings <span class="n"><xsl:value-of select="@fail + @info"/></span></a></li>
        <xsl:if test="card"><li><a href="#waivers">Waived <span class="n"><xsl:value-of select="card[@state = 'waived']/@count"/></span></a></li></xsl:if>
        <li><a href="#unknown">Not evaluated <span class="n"><xsl:value-of select="@undetermined"/></span></a></li>
        <xsl:if test="framework"><li><a href="#compliance">Compliance</a></li></xsl:if>
        <li><a href="#appendix">Appendix</a></li>
      </ul>
    </nav>
  </xsl:template>

  <!-- ================================================================ verdict, facts of the run, counts ============= -->

  <xsl:template name="top">
    <header id="summary">
      <p class="over">DNS security report</p>
      <h1><bdi><xsl:call-template name="what"/></bdi></h1>
      <xsl:if test="count(target) = 1 and target/@unicode"><p class="also"><bdi><xsl:value-of select="target/@unicode"/></bdi></p></xsl:if>
      <div class="verdict {@outcome}">
        <p class="word">
          <xsl:call-template name="mark"><xsl:with-param name="state">
            <xsl:choose>
              <xsl:when test="@outcome = 'passed'">pass</xsl:when>
              <xsl:when test="@outcome = 'failed'">fail</xsl:when>
              <xsl:otherwise>undetermined</xsl:otherwise>
            </xsl:choose></xsl:with-param></xsl:call-template>
          <xsl:value-of select="@verdict"/>
        </p>
        <p class="because"><xsl:value-of select="@reason"/><xsl:if test="@interrupted"> The run was interrupted; this is what was known by then.</xsl:if></p>
        <p class="date"><time datetime="{@finished}"><xsl:value-of select="substring(@finished, 1, 10)"/><xsl:text> </xsl:text><xsl:value-of select="substring(@finished, 12, 5)"/> UTC</time></p>
      </div>
      <xsl:if test="@old-side"><p class="sides">Change from <code><xsl:value-of select="@old-side"/></code> to <code><xsl:value-of select="@new-side"/></code></p></xsl:if>
      <xsl:call-template name="cards"/>
      <xsl:call-template name="scores"/>
      <xsl:call-template name="bar"/>
      <xsl:if test="note"><ul class="notes"><xsl:for-each select="note"><li><xsl:value-of select="@text"/></li></xsl:for-each></ul></xsl:if>
      <h2 class="minor">What was audited, and how</h2>
      <dl class="how">
        <div><dt>Input</dt><dd><xsl:choose><xsl:when test="@mode = 'live'">Live servers</xsl:when><xsl:when test="@mode = 'offline'">Zone files, nothing sent</xsl:when><xsl:otherwise><xsl:value-of select="@mode"/></xsl:otherwise></xsl:choose></dd></div>
        <div><dt>Profile</dt><dd><xsl:value-of select="@profile"/></dd></div>
        <div><dt>Checks</dt><dd><xsl:value-of select="@checks"/> on <xsl:value-of select="@targets"/> target<xsl:if test="@targets != 1">s</xsl:if></dd></div>
        <div><dt>Gate</dt><dd><xsl:choose><xsl:when test="@fail-on = 'never'">never fails</xsl:when><xsl:otherwise>fails on <xsl:if test="@new-only">new findings of </xsl:if><xsl:value-of select="@fail-on"/> or worse, <xsl:value-of select="@min-confidence"/> or surer</xsl:otherwise></xsl:choose></dd></div>
        <xsl:if test="@baseline"><div><dt>Baseline</dt><dd><code><xsl:value-of select="@baseline"/></code></dd></div></xsl:if>
        <xsl:if test="@waivers"><div><dt>Waivers</dt><dd><code><xsl:value-of select="@waivers"/></code></dd></div></xsl:if>
        <xsl:if test="@resolver"><div><dt>Resolution</dt><dd><xsl:choose><xsl:when test="@resolver = 'iterative'">Iterative, from the root</xsl:when><xsl:otherwise><xsl:value-of select="@resolver"/></xsl:otherwise></xsl:choose></dd></div></xsl:if>
        <div><dt>Started</dt><dd><time datetime="{@started}"><xsl:value-of select="translate(@started, 'TZ', '  ')"/>UTC</time></dd></div>
        <div><dt>Version</dt><dd>zonevet <xsl:value-of select="@version"/></dd></div>
        <div><dt>Run</dt><dd><code><xsl:value-of select="@id"/></code></dd></div>
        <xsl:if test="@digest"><div><dt>Configuration</dt><dd><code title="{@digest}">sha256:<xsl:value-of select="substring(@digest, 1, 16)"/>…</code></dd></div></xsl:if>
      </dl>
    </header>
  </xsl:template>

  <!-- One card a state, with the severities in words. -->
  <xsl:template name="cards">
    <xsl:if test="card">
      <h2 class="hidden">Findings against the earlier state</h2>
      <ul class="scores states">
        <xsl:for-each select="card">
          <li class="score {@state}">
            <xsl:if test="@count = 0"><xsl:attribute name="class">score none <xsl:value-of select="@state"/></xsl:attribute></xsl:if>
            <span class="number"><xsl:value-of select="@count"/></span>
            <span class="word"><xsl:value-of select="@word"/></span>
            <span class="parts"><xsl:for-each select="part"><xsl:if test="position() &gt; 1">, </xsl:if><xsl:value-of select="@count"/><xsl:text> </xsl:text><xsl:value-of select="@severity"/></xsl:for-each></span>
          </li>
        </xsl:for-each>
      </ul>
    </xsl:if>
  </xsl:template>

  <xsl:template name="scores">
    <h2><xsl:attribute name="class"><xsl:choose><xsl:when test="card">minor</xsl:when><xsl:otherwise>hidden</xsl:otherwise></xsl:choose></xsl:attribute>Open findings by severity</h2>
    <ul class="scores">
      <xsl:call-template name="score"><xsl:with-param name="word">critical</xsl:with-param><xsl:with-param name="n" select="@critical"/></xsl:call-template>
      <xsl:call-template name="score"><xsl:with-param name="word">high</xsl:with-param><xsl:with-param name="n" select="@high"/></xsl:call-template>
      <xsl:call-template name="score"><xsl:with-param name="word">medium</xsl:with-param><xsl:with-param name="n" select="@medium"/></xsl:call-template>
      <xsl:call-template name="score"><xsl:with-param name="word">low</xsl:with-param><xsl:with-param name="n" select="@low"/></xsl:call-template>
      <xsl:call-template name="score"><xsl:with-param name="word">info</xsl:with-param><xsl:with-param name="n" select="@info"/></xsl:call-template>
    </ul>
  </xsl:template>

  <xsl:template name="score">
    <xsl:param name="word"/>
    <xsl:param name="n"/>
    <li class="score {$word}">
      <xsl:if test="$n = 0"><xsl:attribute name="class">score none <xsl:value-of select="$word"/></xsl:attribute></xsl:if>
      <span class="number"><xsl:value-of select="$n"/></span>
      <span class="severity {$word}"><xsl:call-template name="mark"><xsl:with-param name="state" select="$word"/></xsl:call-template>
      <span class="word"><xsl:value-of select="$word"/></span></span>
    </li>
  </xsl:template>

  <!-- All results on one line, in proportion; the legend says the same in words. -->
  <xsl:template name="bar">
    <xsl:variable name="all" select="@pass + @fail + @info + @undetermined + @skipped"/>
    <xsl:if test="$all &gt; 0">
      <xsl:variable name="unit" select="1000 div $all"/>
      <figure class="bar">
        <svg viewBox="0 0 1000 10" preserveAspectRatio="none" width="100%" height="10" aria-hidden="true" focusable="false">
          <rect class="pass" x="0" y="0" height="10" width="{format-number(@pass * $unit, '0.##')}"/>
          <rect class="fail" x="{format-number(@pass * $unit, '0.##')}" y="0" height="10" width="{format-number(@fail * $unit, '0.##')}"/>
          <rect class="info" x="{format-number((@pass + @fail) * $unit, '0.##')}" y="0" height="10" width="{format-number(@info * $unit, '0.##')}"/>
          <rect class="undetermined" x="{format-number((@pass + @fail + @info) * $unit, '0.##')}" y="0" height="10" width="{format-number(@undetermined * $unit, '0.##')}"/>
          <rect class="skipped" x="{format-number((@pass + @fail + @info + @undetermined) * $unit, '0.##')}" y="0" height="10" width="{format-number(@skipped * $unit, '0.##')}"/>
        </svg>
        <figcaption>
          <span class="pass"><b><xsl:value-of select="@pass"/></b> passed</span>
          <span class="fail"><b><xsl:value-of select="@fail"/></b> failed</span>
          <span class="info"><b><xsl:value-of select="@info"/></b> noted</span>
          <span class="undetermined"><b><xsl:value-of select="@undetermined"/></b> could not be evaluated</span>
          <span class="skipped"><b><xsl:value-of select="@skipped"/></b> skipped</span>
        </figcaption>
      </figure>
    </xsl:if>
  </xsl:template>

  <!-- ================================================================ what changed, waivers ========================= -->

  <xsl:template name="changes">
    <xsl:if test="card">
      <section id="changes" aria-labelledby="changes-title">
        <h2 id="changes-title">What changed</h2>
        <xsl:choose>
          <xsl:when test="not(fresh)"><p class="nothing">Nothing is new.</p></xsl:when>
          <xsl:otherwise>
            <div class="scroll"><table class="changes sortable">
              <caption>New</caption>
              <thead><tr><th scope="col">Severity</th><th scope="col">Finding</th><th scope="col">Subject</th></tr></thead>
              <tbody><xsl:for-each select="fresh">
                <tr><td><xsl:call-template name="severity"/></td>
                <td><xsl:choose>
                    <xsl:when test="@anchor"><a href="#{@anchor}"><xsl:value-of select="@title"/></a></xsl:when>
                    <xsl:otherwise><xsl:value-of select="@title"/></xsl:otherwise></xsl:choose>
                  <code class="id"><xsl:value-of select="@check"/></code></td>
                <td class="name"><bdi><xsl:value-of select="@subject"/></bdi></td></tr>
              </xsl:for-each></tbody>
            </table></div>
            <xsl:if test="@fresh-omitted &gt; 0"><p class="limit"><xsl:value-of select="@fresh-omitted"/> more are left out of this table.</p></xsl:if>
          </xsl:otherwise>
        </xsl:choose>
        <xsl:if test="mended">
          <div class="scroll"><table class="changes sortable">
            <caption>Fixed</caption>
            <thead><tr><th scope="col">Severity</th><th scope="col">Finding</th><th scope="col">Subject</th></tr></thead>
            <tbody><xsl:for-each select="mended">
              <tr><td><xsl:call-template name="severity"/></td>
              <td><xsl:value-of select="@title"/><code class="id"><xsl:value-of select="@check"/></code>
                <xsl:if test="@message"><span class="also said"><xsl:value-of select="@message"/></span></xsl:if></td>
              <td class="name"><bdi><xsl:value-of select="@subject"/></bdi></td></tr>
            </xsl:for-each></tbody>
          </table></div>
          <xsl:if test="@mended-omitted &gt; 0"><p class="limit"><xsl:value-of select="@mended-omitted"/> more are left out of this table.</p></xsl:if>
        </xsl:if>
      </section>
    </xsl:if>
  </xsl:template>

  <xsl:template name="severity">
    <span class="severity {@severity}"><xsl:call-template name="mark"><xsl:with-param name="state" select="@severity"/></xsl:call-template>
    <span class="word"><xsl:value-of select="@severity"/></span></span>
  </xsl:template>

  <xsl:template name="waivers">
    <xsl:if test="card">
      <section id="waivers" aria-labelledby="waivers-title">
        <h2 id="waivers-title">Waived</h2>
        <xsl:choose>
          <xsl:when test="not(waived)"><p class="nothing">No finding is waived.</p></xsl:when>
          <xsl:otherwise>
            <p class="lead">These findings are true and do not count: somebody answers for them until the day given.</p>
            <div class="scroll"><table class="sortable">
              <caption class="hidden">Waived findings with reason, owner and last day</caption>
              <thead><tr><th scope="col">Severity</th><th scope="col">Check</th><th scope="col">Subject</th><th scope="col">Reason</th><th scope="col">Owner</th><th scope="col">Until</th></tr></thead>
              <tbody><xsl:for-each select="waived">
                <tr><td><xsl:call-template name="severity"/></td>
                <th scope="row"><xsl:choose>
                    <xsl:when test="@anchor"><a href="#{@anchor}"><code><xsl:value-of select="@check"/></code></a></xsl:when>
                    <xsl:otherwise><code><xsl:value-of select="@check"/></code></xsl:otherwise></xsl:choose></th>
                <td class="name"><bdi><xsl:value-of select="@subject"/></bdi></td>
                <td class="said"><xsl:value-of select="@reason"/></td>
                <td class="owner"><xsl:value-of select="@owner"/></td>
                <td class="until"><xsl:value-of select="@date"/>
                  <span class="left"><xsl:choose>
                    <xsl:when test="not(@days) or @days = 0">ends today</xsl:when>
                    <xsl:when test="@days = 1">1 day left</xsl:when>
                    <xsl:otherwise><xsl:value-of select="@days"/> days left</xsl:otherwise></xsl:choose></span></td></tr>
              </xsl:for-each></tbody>
            </table></div>
            <xsl:if test="@waived-omitted &gt; 0"><p class="limit"><xsl:value-of select="@waived-omitted"/> more are left out of this table.</p></xsl:if>
          </xsl:otherwise>
        </xsl:choose>
      </section>
    </xsl:if>
  </xsl:template>

  <!-- ================================================================ targets ======================================= -->

  <xsl:template name="targets">
    <section id="targets" aria-labelledby="targets-title">
      <h2 id="targets-title">Targets</h2>
      <xsl:choose>
        <xsl:when test="not(target)"><p class="nothing">Nothing was audited.</p></xsl:when>
        <xsl:otherwise>
          <div class="scroll">
            <table class="targets sortable">
              <caption class="hidden">Targets with their open findings by severity and other results</caption>
              <thead>
                <tr><th scope="col">Target</th><xsl:if test="card"><th scope="col" class="n">New</th><th scope="col" class="n">Fixed</th></xsl:if><th scope="col" class="n">Critical</th><th scope="col" class="n">High</th><th scope="col" class="n">Medium</th>
                <th scope="col" class="n">Low</th><th scope="col" class="n">Noted</th><th scope="col" class="n">Not evaluated</th><th scope="col" class="n">Passed</th></tr>
              </thead>
              <tbody><xsl:apply-templates select="target"/></tbody>
            </table>
          </div>
          <xsl:for-each select="target[@coverage]">
            <p class="coverage"><bdi><xsl:value-of select="@name"/></bdi>: <xsl:value-of select="@coverage"/></p>
          </xsl:for-each>
        </xsl:otherwise>
      </xsl:choose>
    </section>
  </xsl:template>

  <xsl:template match="target">
    <tr>
      <th scope="row"><a href="#{@anchor}"><bdi><xsl:value-of select="@name"/></bdi></a>
        <xsl:if test="@unicode"><span class="also"><bdi><xsl:value-of select="@unicode"/></bdi></span></xsl:if></th>
      <xsl:choose>
        <xsl:when test="@error"><td class="unreadable"><xsl:attribute name="colspan"><xsl:choose><xsl:when test="../card">9</xsl:when><xsl:otherwise>7</xsl:otherwise></xsl:choose></xsl:attribute>could not be read</td></xsl:when>
        <xsl:otherwise>
          <xsl:if test="../card">
            <xsl:call-template name="cell"><xsl:with-param name="word">new</xsl:with-param><xsl:with-param name="n" select="@new"/></xsl:call-template>
            <xsl:call-template name="cell"><xsl:with-param name="word">fixed</xsl:with-param><xsl:with-param name="n" select="@fixed"/></xsl:call-template>
          </xsl:if>
          <xsl:call-template name="cell"><xsl:with-param name="word">critical</xsl:with-param><xsl:with-param name="n" select="@critical"/></xsl:call-template>
          <xsl:call-template name="cell"><xsl:with-param name="word">high</xsl:with-param><xsl:with-param name="n" select="@high"/></xsl:call-template>
          <xsl:call-template name="cell"><xsl:with-param name="word">medium</xsl:with-param><xsl:with-param name="n" select="@medium"/></xsl:call-template>
          <xsl:call-template name="cell"><xsl:with-param name="word">low</xsl:with-param><xsl:with-param name="n" select="@low"/></xsl:call-template>
          <xsl:call-template name="cell"><xsl:with-param name="word">info</xsl:with-param><xsl:with-param name="n" select="@info"/></xsl:call-template>
          <xsl:call-template name="cell"><xsl:with-param name="word">undetermined</xsl:with-param><xsl:with-param name="n" select="@undetermined"/></xsl:call-template>
          <td class="n"><xsl:value-of select="@pass"/></td>
        </xsl:otherwise>
      </xsl:choose>
    </tr>
  </xsl:template>

  <xsl:template name="cell">
    <xsl:param name="word"/>
    <xsl:param name="n"/>
    <td class="n {$word}"><xsl:if test="$n = 0"><xsl:attribute name="class">n zero</xsl:attribute></xsl:if><xsl:value-of select="$n"/></td>
  </xsl:template>

  <xsl:template name="findings-note">
    <xsl:if test="@fail + @info = 0"><p class="nothing">No finding in what could be evaluated.</p></xsl:if>
    <xsl:if test="@findings-short &gt; 0"><p class="limit">This run is large: the last <xsl:value-of select="@findings-short"/> findings listed are shown on one line each. The JSON report has their evidence.</p></xsl:if>
    <xsl:if test="@findings-omitted &gt; 0"><p class="limit"><xsl:value-of select="@findings-omitted"/> more findings are left out of this page; the JSON report has all.</p></xsl:if>
  </xsl:template>

  <!-- ================================================================ what could not be evaluated =================== -->

  <xsl:template name="unknowns">
    <section id="unknown" aria-labelledby="unknown-title">
      <h2 id="unknown-title">What could not be evaluated</h2>
      <xsl:choose>
        <xsl:when test="not(unknown)"><p class="nothing">Every check that applied came to a result.</p></xsl:when>
        <xsl:otherwise>
          <p class="lead">No answer is not a good answer. These checks could not come to a result, for the reason given.</p>
          <div class="scroll">
            <table class="sortable">
              <caption class="hidden">Checks without a result</caption>
              <thead><tr><th scope="col">Check</th><th scope="col">Subject</th><th scope="col">Reason</th><th scope="col">What happened</th></tr></thead>
              <tbody>
                <xsl:for-each select="unknown">
                  <tr>
                    <th scope="row"><code><xsl:value-of select="@check"/></code></th>
                    <td class="name"><bdi><xsl:value-of select="@subject"/></bdi></td>
                    <td><span class="state undetermined"><xsl:call-template name="mark"><xsl:with-param name="state">undetermined</xsl:with-param></xsl:call-template><xsl:value-of select="@reason"/></span></td>
                    <td class="said"><xsl:value-of select="@message"/><xsl:if test="@cause"> Because of <a href="#{@cause}"><xsl:value-of select="@cause-id"/></a>.</xsl:if></td>
                  </tr>
                </xsl:for-each>
              </tbody>
            </table>
          </div>
          <xsl:if test="@unknowns-omitted &gt; 0"><p class="limit"><xsl:value-of select="@unknowns-omitted"/> more are left out of this page; the JSON report has all.</p></xsl:if>
        </xsl:otherwise>
      </xsl:choose>
    </section>
  </xsl:template>

  <!-- ================================================================ compliance ==================================== -->

  <xsl:template name="compliance">
    <xsl:if test="framework">
      <section id="compliance" aria-labelledby="compliance-title">
        <h2 id="compliance-title">Compliance matrix</h2>
        <p class="lead">Evidence for controls, never a statement of compliance: a passed check tells what was visible from outside, or in the zone
        file, on the day of the run. Controls without any check here are not assessed.</p>
        <xsl:for-each select="framework">
          <div class="scroll">
            <table class="matrix">
              <caption><xsl:value-of select="@name"/></caption>
              <thead><tr><th scope="col">Control</th><th scope="col">Result</th><th scope="col">Checks that give evidence</th></tr></thead>
              <tbody><xsl:apply-templates select="control"/></tbody>
            </table>
          </div>
        </xsl:for-each>
      </section>
    </xsl:if>
  </xsl:template>

  <xsl:template match="control">
    <tr>
      <th scope="row"><xsl:value-of select="@id"/></th>
      <td><xsl:call-template name="state"/></td>
      <td>
        <ul>
          <xsl:for-each select="check">
            <li class="{@state}"><code><xsl:value-of select="@id"/></code><xsl:text> </xsl:text>
              <span class="tally">
                <xsl:if test="@fail &gt; 0"><xsl:value-of select="@fail"/> failed</xsl:if>
                <xsl:if test="@fail &gt; 0 and (@undetermined &gt; 0 or @pass &gt; 0)">, </xsl:if>
                <xsl:if test="@undetermined &gt; 0"><xsl:value-of select="@undetermined"/> not evaluated</xsl:if>
                <xsl:if test="@undetermined &gt; 0 and @pass &gt; 0">, </xsl:if>
                <xsl:if test="@pass &gt; 0"><xsl:value-of select="@pass"/> passed</xsl:if>
                <xsl:if test="@fail + @undetermined + @pass = 0">nothing judged</xsl:if>
              </span>
              <xsl:if test="link"><span class="links"><xsl:for-each select="link"><xsl:text> </xsl:text><a href="#{@anchor}"><xsl:value-of select="@subject"/></a></xsl:for-each>
                <xsl:if test="@more"> and <xsl:value-of select="@more"/> more</xsl:if></span></xsl:if>
            </li>
          </xsl:for-each>
        </ul>
      </td>
    </tr>
  </xsl:template>

  <xsl:template name="state">
    <span class="state {@state}">
      <xsl:call-template name="mark"><xsl:with-param name="state" select="@state"/></xsl:call-template>
      <xsl:choose>
        <xsl:when test="@state = 'fail'">Failed</xsl:when>
        <xsl:when test="@state = 'pass'">Passed</xsl:when>
        <xsl:when test="@state = 'undetermined'">Not evaluated</xsl:when>
        <xsl:otherwise>Not assessed</xsl:otherwise>
      </xsl:choose>
    </span>
  </xsl:template>

  <!-- ================================================================ appendix ====================================== -->

  <xsl:template name="appendix">
    <section id="appendix" aria-labelledby="appendix-title">
      <h2 id="appendix-title">Appendix</h2>
      <h3>Passed checks</h3>
      <xsl:if test="@passes-summarised"><p class="limit">This run has <xsl:value-of select="@results"/> results, so passed checks are summarised: the table counts them, the JSON report has each.</p></xsl:if>
      <xsl:choose>
        <xsl:when test="not(passed)"><p class="nothing">None.</p></xsl:when>
        <xsl:otherwise>
          <details class="list">
            <summary><xsl:value-of select="@pass"/> passed result<xsl:if test="@pass != 1">s</xsl:if> of <xsl:value-of select="count(passed)"/> check<xsl:if test="count(passed) != 1">s</xsl:if></summary>
            <table class="passes">
              <caption class="hidden">Passed checks and where they passed</caption>
              <thead><tr><th scope="col">Check</th><th scope="col">Sound state</th><th scope="col">Where</th></tr></thead>
              <tbody>
                <xsl:for-each select="passed">
                  <tr>
                    <th scope="row"><code><xsl:value-of select="@check"/></code></th>
                    <td><xsl:value-of select="@title"/></td>
                    <td><xsl:if test="@count"><xsl:value-of select="@count"/> times</xsl:if>
                      <xsl:if test="at"><ul><xsl:for-each select="at"><li><bdi><xsl:value-of select="@subject"/></bdi><xsl:if test="@message"><span class="said"><xsl:text> </xsl:text><xsl:value-of select="@message"/></span></xsl:if></li></xsl:for-each></ul></xsl:if></td>
                  </tr>
                </xsl:for-each>
              </tbody>
            </table>
          </details>
        </xsl:otherwise>
      </xsl:choose>
      <h3>Skipped checks</h3>
      <xsl:choose>
        <xsl:when test="not(skipped)"><p class="nothing">None.</p></xsl:when>
        <xsl:otherwise>
          <dl class="skips">
            <xsl:for-each select="skipped">
              <div>
                <dt><xsl:call-template name="skip-words"/><xsl:text> </xsl:text><span class="n"><xsl:value-of select="@count"/></span></dt>
                <dd><xsl:for-each select="check"><code><xsl:value-of select="@id"/></code><xsl:if test="@count &gt; 1"> ×<xsl:value-of select="@count"/></xsl:if><xsl:if test="position() != last()">, </xsl:if></xsl:for-each></dd>
              </div>
            </xsl:for-each>
          </dl>
        </xsl:otherwise>
      </xsl:choose>
      <h3>Scope and limits</h3>
      <ul class="limits">
        <li>Only the targets named here were judged, and what their records point at. Names of a zone that could not be listed are not known to this report.</li>
        <li>Results describe the moment of the run<xsl:if test="@mode = 'live'"> as seen from one place on the network</xsl:if>; filters near the auditor can look like silent servers, which is why silence is hardly ever a finding.</li>
        <xsl:if test="@mode = 'live'"><li>Sent: <xsl:value-of select="sum(target/@queries)"/> queries, of which <xsl:value-of select="sum(target/@timeouts)"/> got no answer. Names judged: <xsl:value-of select="sum(target/@names)"/>.</li></xsl:if>
        <li>Severity is the harm if the finding is true; confidence says how sure we are that it is. Confirmed: seen and checked. Likely: another explanation exists. Possible: a hint to look at.</li>
        <li>A fingerprint names a finding across runs; it does not change when times, serial numbers or line numbers do.</li>
      </ul>
    </section>
  </xsl:template>

  <xsl:template name="skip-words">
    <xsl:choose>
      <xsl:when test="@reason = 'not-applicable'">Does not apply here</xsl:when>
      <xsl:when test="@reason = 'disabled'">Switched off by configuration</xsl:when>
      <xsl:when test="@reason = 'needs-live'">Needs the live network</xsl:when>
      <xsl:when test="@reason = 'needs-zone-file'">Needs the zone file</xsl:when>
      <xsl:when test="@reason = 'needs-opt-in'">Needs a probe that was not allowed</xsl:when>
      <xsl:when test="@reason = 'needs-data'">Needs data that was not given</xsl:when>
      <xsl:otherwise><xsl:value-of select="@reason"/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>
</xsl:stylesheet>
