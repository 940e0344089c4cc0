<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: BSD-2-Clause -->
<!-- The findings of one target. Everything from outside is the value of a text node or an attribute; addresses of
     links come from the metadata of our checks. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="html" encoding="UTF-8" indent="no"/>

  <xsl:template match="/target">
    <section class="target" id="{@anchor}" aria-labelledby="{@anchor}-name">
      <header>
        <h3 id="{@anchor}-name"><bdi><xsl:value-of select="@name"/></bdi></h3>
        <xsl:if test="@unicode"><span class="also"><bdi><xsl:value-of select="@unicode"/></bdi></span></xsl:if>
        <xsl:if test="@zone"><span class="also">in zone <bdi><xsl:value-of select="@zone"/></bdi></span></xsl:if>
        <a class="top" href="#targets">All targets</a>
      </header>
      <xsl:if test="@coverage"><p class="coverage">Coverage: <xsl:value-of select="@coverage"/></p></xsl:if>
      <xsl:choose>
        <xsl:when test="@error"><p class="unreadable">This target could not be read: <xsl:value-of select="@error"/></p></xsl:when>
        <xsl:when test="not(finding)"><p class="nothing">Nothing found here.</p></xsl:when>
        <xsl:otherwise><xsl:apply-templates select="finding"/></xsl:otherwise>
      </xsl:choose>
    </section>
  </xsl:template>

  <xsl:template match="finding">
    <article class="finding" id="{@anchor}" data-severity="{@severity}" data-area="{@area}" data-check="{@check}">
      <xsl:if test="@state"><xsl:attribute name="data-state"><xsl:value-of select="@state-word"/></xsl:attribute></xsl:if>
      <xsl:choose>
        <xsl:when test="@detailed">
          <details>
            <xsl:if test="(@severity = 'critical' or @severity = 'high') and not(@state = 'known' or @state = 'waived')"><xsl:attribute name="open">open</xsl:attribute></xsl:if>
            <summary><xsl:call-template name="headline"/></summary>
            <xsl:call-template name="body"/>
          </details>
        </xsl:when>
        <xsl:otherwise>
          <div class="short"><xsl:call-template name="headline"/></div>
          <p class="message short-message"><xsl:value-of select="@message"/></p>
        </xsl:otherwise>
      </xsl:choose>
      <xsl:if test="finding">
        <div class="consequences">
          <p class="label">Follows from this</p>
          <xsl:apply-templates select="finding"/>
        </div>
      </xsl:if>
    </article>
  </xsl:template>

  <xsl:template name="headline">
    <span class="severity {@severity}">
      <svg class="mark" aria-hidden="true" focusable="false" width="14" height="14"><use href="#mark-{@severity}"/></svg>
      <span class="word"><xsl:value-of select="@severity"/></span>
    </span>
    <h4>
      <span class="title"><xsl:value-of select="@title"/></span><xsl:text> </xsl:text>
      <xsl:if test="@state"><span class="chip {@state}"><xsl:value-of select="@state-word"/></span><xsl:text> </xsl:text></xsl:if>
      <span class="where"><bdi><xsl:value-of select="@subject"/></bdi><xsl:if test="@rrtype"><xsl:text> </xsl:text><xsl:value-of select="@rrtype"/></xsl:if>
        <xsl:if test="@unicode"> (<bdi><xsl:value-of select="@unicode"/></bdi>)</xsl:if></span>
    </h4>
    <code class="id"><xsl:value-of select="@check"/></code>
  </xsl:template>

  <xsl:template name="body">
    <div class="body">
      <xsl:if test="@aside"><p class="aside"><xsl:value-of select="@aside"/><xsl:if test="@waiver"> (<code><xsl:value-of select="@waiver"/></code>)</xsl:if></p></xsl:if>
      <p class="message"><xsl:value-of select="@message"/></p>
      <xsl:if test="@file">
        <p class="place"><code><xsl:value-of select="@file"/>:<xsl:value-of select="@line"/><xsl:if test="@end-line">–<xsl:value-of select="@end-line"/></xsl:if></code></p>
        <xsl:if test="@snippet"><pre class="snippet"><xsl:value-of select="@snippet"/></pre></xsl:if>
      </xsl:if>
      <div class="advice">
        <xsl:if test="@why"><div><p class="label">Why it matters</p><p><xsl:value-of select="@why"/></p></div></xsl:if>
        <xsl:if test="@fix">
          <div><p class="label">What to do<xsl:if test="@effort"><span class="effort"> · takes <xsl:value-of select="@effort"/></span></xsl:if></p>
          <p><xsl:value-of select="@fix"/></p></div>
        </xsl:if>
      </div>
      <xsl:if test="@record"><p class="label">Record to publish</p><pre class="record"><xsl:value-of select="@record"/></pre></xsl:if>
      <xsl:if test="evidence"><xsl:call-template name="evidence"/></xsl:if>
      <xsl:if test="@wrong-when"><p class="wrong"><span class="label">When this may be wrong</span><xsl:text> </xsl:text><xsl:value-of select="@wrong-when"/></p></xsl:if>
      <p class="facts">
        <xsl:if test="@confidence"><span><span class="label">Confidence</span><xsl:text> </xsl:text><xsl:value-of select="@confidence"/></span></xsl:if>
        <xsl:if test="@decision"><span><span class="label">Decision</span><xsl:text> </xsl:text><xsl:value-of select="@decision"/></span></xsl:if>
        <xsl:if test="reference"><span><span class="label">Standard</span><xsl:text> </xsl:text>
          <xsl:for-each select="reference">
            <xsl:if test="position() &gt; 1">, </xsl:if>
            <xsl:choose>
              <xsl:when test="@url"><a href="{@url}" rel="noreferrer"><xsl:value-of select="@label"/></a></xsl:when>
              <xsl:otherwise><xsl:value-of select="@label"/></xsl:otherwise>
            </xsl:choose>
          </xsl:for-each></span></xsl:if>
        <span class="print"><span class="label">Fingerprint</span><xsl:text> </xsl:text><code><xsl:value-of select="@fingerprint"/></code></span>
      </p>
    </div>
  </xsl:template>

  <xsl:template name="evidence">
    <div class="scroll">
      <table class="evidence">
        <caption>Evidence</caption>
        <thead><tr><th scope="col">Asked</th><th scope="col">Seen</th><th scope="col">From</th><th scope="col">When (UTC)</th></tr></thead>
        <tbody>
          <xsl:for-each select="evidence">
            <tr>
              <th scope="row"><xsl:value-of select="@label"/></th>
              <td class="value"><xsl:value-of select="@value"/></td>
              <td class="source"><xsl:value-of select="@source"/></td>
              <td class="when"><xsl:if test="@at"><xsl:value-of select="substring(@at, 12, 8)"/></xsl:if></td>
            </tr>
          </xsl:for-each>
        </tbody>
      </table>
    </div>
    <xsl:if test="@evidence-omitted"><p class="omitted"><xsl:value-of select="@evidence-omitted"/> more answers are in the JSON report.</p></xsl:if>
  </xsl:template>
</xsl:stylesheet>
