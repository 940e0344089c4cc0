/* SPDX-License-Identifier: BSD-2-Clause */
/* Filters and sorts what is already on the page; the report is complete without it. Text is only ever read, or set as
 * text: nothing here makes markup out of data. */
(function () {
  'use strict';
  var order = ['critical', 'high', 'medium', 'low', 'info'];
  var findings = Array.prototype.slice.call(document.querySelectorAll('article.finding'));
  var bar = document.getElementById('filters');

  function make(name, text) {
    var node = document.createElement(name);
    if (text) { node.textContent = text; }
    return node;
  }

  function filters() {
    if (!bar || findings.length < 2) { return; }
    var hiddenSeverities = {};
    var group = make('fieldset');
    var legend = make('legend', 'Severities shown');
    legend.className = 'hidden';
    group.appendChild(legend);
    order.forEach(function (severity) {
      var count = findings.filter(function (f) { return f.dataset.severity === severity; }).length;
      if (!count) { return; }
      var button = make('button', severity + ' ' + count);
      button.type = 'button';
      button.setAttribute('aria-pressed', 'true');
      button.addEventListener('click', function () {
        hiddenSeverities[severity] = !hiddenSeverities[severity];
        button.setAttribute('aria-pressed', String(!hiddenSeverities[severity]));
        apply();
      });
      group.appendChild(button);
    });

    var hiddenStates = {};
    var states = make('fieldset');
    var statesLegend = make('legend', 'States shown');
    statesLegend.className = 'hidden';
    states.appendChild(statesLegend);
    ['new', 'known', 'unchanged', 'waived'].forEach(function (state) {
      var count = findings.filter(function (f) { return f.dataset.state === state; }).length;
      if (!count) { return; }
      var button = make('button', state + ' ' + count);
      button.type = 'button';
      button.setAttribute('aria-pressed', 'true');
      button.addEventListener('click', function () {
        hiddenStates[state] = !hiddenStates[state];
        button.setAttribute('aria-pressed', String(!hiddenStates[state]));
        apply();
      });
      states.appendChild(button);
    });

    var area = make('select');
    area.setAttribute('aria-label', 'Area');
    area.appendChild(make('option', 'all areas')).value = '';
    var areas = {};
    findings.forEach(function (f) { areas[f.dataset.area] = true; });
    Object.keys(areas).sort().forEach(function (name) { area.appendChild(make('option', name)).value = name; });

    var sort = make('select');
    sort.setAttribute('aria-label', 'Order within a target');
    sort.appendChild(make('option', 'worst first')).value = 'severity';
    sort.appendChild(make('option', 'by check')).value = 'check';

    var search = make('input');
    search.type = 'search';
    search.placeholder = 'Name, check or text';
    search.setAttribute('aria-label', 'Show only findings with this text');

    var open = make('button', 'Open all');
    open.type = 'button';
    var shut = make('button', 'Close all');
    shut.type = 'button';
    var status = make('span');
    status.setAttribute('role', 'status');

    [group, states, area, sort, search, open, shut, status].forEach(function (node) {
      if (node !== states || states.children.length > 1) { bar.appendChild(node); }
    });
    bar.hidden = false;

    var texts = findings.map(function (f) { return f.textContent.toLowerCase(); });

    function apply() {
      var wanted = search.value.trim().toLowerCase();
      var shown = 0;
      var kept = findings.map(function (f, i) {
        return !hiddenSeverities[f.dataset.severity] && !hiddenStates[f.dataset.state] && (!area.value || f.dataset.area === area.value) &&
          (!wanted || texts[i].indexOf(wanted) !== -1);
      });
      findings.forEach(function (f, i) {
        f.hidden = !kept[i];
        shown += kept[i] ? 1 : 0;
      });
      /* A cause stays while something that follows from it is shown. */
      findings.forEach(function (f, i) {
        for (var up = f.parentNode; kept[i] && up && up.closest; up = up.parentNode) {
          up = up.closest('article.finding');
          if (!up) { break; }
          up.hidden = false;
        }
      });
      status.textContent = shown === findings.length ? '' : shown + ' of ' + findings.length + ' findings shown';
    }

    function reorder() {
      Array.prototype.forEach.call(document.querySelectorAll('section.target'), function (target) {
        var mine = findings.filter(function (f) { return f.parentNode === target; });
        if (sort.value === 'check') {
          mine.sort(function (a, b) {
            return a.dataset.check < b.dataset.check ? -1 : a.dataset.check > b.dataset.check ? 1 : 0;
          });
        }
        mine.forEach(function (f) { target.appendChild(f); });
      });
    }

    function all(state) {
      Array.prototype.forEach.call(document.querySelectorAll('.finding details'), function (d) { d.open = state; });
    }

    area.addEventListener('change', apply);
    search.addEventListener('input', apply);
    sort.addEventListener('change', reorder);
    open.addEventListener('click', function () { all(true); });
    shut.addEventListener('click', function () { all(false); });
  }

  function cellText(row, column) {
    return row.cells[column] ? row.cells[column].textContent.trim() : '';
  }

  function sortable(table) {
    var heads = Array.prototype.slice.call(table.tHead.rows[0].cells);
    var body = table.tBodies[0];
    if (body.rows.length < 2) { return; }
    heads.forEach(function (head, column) {
      var numbers = head.classList.contains('n');
      var button = make('button', head.textContent);
      button.type = 'button';
      head.textContent = '';
      head.appendChild(button);
      button.addEventListener('click', function () {
        var up = head.getAttribute('aria-sort') === (numbers ? 'descending' : 'none') ||
          (!numbers && head.getAttribute('aria-sort') !== 'ascending');
        heads.forEach(function (other) { other.removeAttribute('aria-sort'); });
        head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
        var rows = Array.prototype.slice.call(body.rows);
        rows.sort(function (a, b) {
          var x = cellText(a, column), y = cellText(b, column);
          var difference = numbers ? (parseInt(x, 10) || 0) - (parseInt(y, 10) || 0) : x < y ? -1 : x > y ? 1 : 0;
          return up ? difference : -difference;
        });
        rows.forEach(function (row) { body.appendChild(row); });
      });
    });
  }

  /* A link to a finding opens it. */
  function follow() {
    var id = location.hash.slice(1);
    var node = id && document.getElementById(id);
    var details = node && node.querySelector ? node.querySelector('details') : null;
    if (details) { details.open = true; }
  }

  filters();
  Array.prototype.forEach.call(document.querySelectorAll('table.sortable'), sortable);
  window.addEventListener('hashchange', follow);
  follow();
}());
