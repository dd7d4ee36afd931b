// SPDX-License-Identifier: Apache-2.0
// Follows the events of the server, keeps what they say, and shows it. The address says what is chosen: #host=…&region=…
import { el, count, plural, bytes, clock, seconds } from './words.js';
import { hostRow, card, legend, regionRow, pageMap } from './parts.js';
import { draw } from './charts.js';

const CARDS = 50;
const HOST_ROWS = 200;
const QUIET_MS = 6000;

const $ = (id) => document.getElementById(id);
const hosts = new Map();
const findings = new Map();
const shown = new Map(); // finding id → { version, host version, element }
let last = null; // newest update
let skew = 0; // server's clock less ours, ms
let heard = 0;
let rate = null;
let level = 'all';
let most = CARDS;
let chosen = { host: null, region: null };
let detail = null;
let began = false;

const now = () => Date.now() + skew;

function take(update) {
  if (update.reset) {
    hosts.clear();
    findings.clear();
  }
  update.hosts.forEach((host) => hosts.set(host.key, host));
  update.findings.forEach((row) => findings.set(row.finding.id, row));
  update.goneHosts.forEach((key) => hosts.delete(key));
  update.goneFindings.forEach((id) => findings.delete(id));
  if (last !== null) {
    const passed = (update.now - last.now) / 1000;
    if (passed > 0.9) {
      rate = Math.max(0, (update.instance.events - last.instance.events) / passed);
      last = update;
    } else {
      last = { ...update, now: last.now, instance: { ...update.instance, events: last.instance.events } };
    }
  } else {
    last = update;
  }
  skew = update.now - Date.now();
  heard = Date.now();
}

const sum = (of) => [...hosts.values()].reduce((all, host) => all + of(host), 0);
const having = (test) => [...hosts.values()].filter(test).length;

function headline() {
  const all = hosts.size;
  const on = (n) => (n === all ? (all === 1 ? 'the one host' : `all ${all} hosts`) : `${n} of ${all} hosts`);
  const critical = having((host) => host.findings.critical > 0);
  const warning = having((host) => host.findings.warning > 0);
  if (!last.caughtUp) return 'Reading what is known so far …';
  if (all === 0) return 'No host has shipped anything yet';
  if (critical) return `On ${on(critical)} the device used memory that the process no longer sees`;
  if (warning) return `On ${on(warning)} pages went wrong that the device is not known to have used since`;
  return `Nothing is wrong on ${on(all)}` + (sum((host) => host.findings.info) ? ' that matters' : '');
}

function lead() {
  if (hosts.size === 0) return 'Ship one: pintrail-record -o - | pintrail ship --brokers …';
  const silent = having((host) => host.status === 'silent');
  const lossy = having((host) => host.lostEvents + host.gaps > 0);
  return [
    silent ? `${plural(silent, 'host')} went silent.` : '',
    lossy ? `On ${plural(lossy, 'host')} events were lost; pages concerned are UNKNOWN.` : 'No event was lost.',
    last.omitted.hosts ? `Only the newest hosts are here, ${count(last.omitted.hosts)} are left out.` : '',
    last.omitted.unreadable ? `${plural(last.omitted.unreadable, 'record')} could not be read.` : '',
  ].filter(Boolean).join(' ');
}

function figures() {
  const live = (of) => sum((host) => (host.status === 'live' ? of(host) : 0));
  const critical = sum((host) => host.findings.critical);
  const warning = sum((host) => host.findings.warning);
  const lost = sum((host) => host.lostEvents);
  const all = [
    ['Critical', count(critical), critical && 'bad'],
    ['Warnings', count(warning), warning && 'warned'],
    ['Hosts live', count(having((host) => host.status === 'live')), ''],
    ['Regions', count(live((host) => host.liveRegions)), ''],
    ['Pinned', bytes(live((host) => host.pinnedBytes)), ''],
    ['Events lost', count(lost), lost && 'warned'],
    ['Events/s here', rate === null ? '–' : count(Math.round(rate)), ''],
    ['Batches waiting here', count(last.instance.lagRecords), ''],
  ];
  return all.map(([name, value, mood]) => el('div', { class: mood || '' }, el('dt', {}, name), el('dd', {}, value)));
}

const badness = (host) =>
  host.findings.critical * 1e6 + host.findings.warning * 1e3 + (host.status === 'live' ? 1 : host.status === 'silent' ? 2 : 0);

function hostTable() {
  const place = $('host-rows');
  const selection = getSelection();
  if (!selection.isCollapsed && place.contains(selection.anchorNode)) return; // somebody copies a name
  const focused = place.contains(document.activeElement) ? document.activeElement.closest('tr').dataset.host : null;
  const wanted = $('host-filter').value.trim().toLowerCase();
  const rows = [...hosts.values()]
    .filter((host) => host.host.toLowerCase().includes(wanted))
    .sort((a, b) => badness(b) - badness(a) || a.host.localeCompare(b.host));
  place.replaceChildren(...rows.slice(0, HOST_ROWS).map((host) => hostRow(host, now(), host.key === chosen.host)));
  if (focused !== null) place.querySelector(`tr[data-host="${CSS.escape(focused)}"] a`)?.focus({ preventScroll: true });
  $('host-note').textContent = rows.length > HOST_ROWS ? `${count(rows.length - HOST_ROWS)} more; find them by name.` : '';
}

function findingCards() {
  const all = [...findings.values()]
    .filter((row) => level === 'all' || row.finding.severity.toLowerCase() === level)
    .sort((a, b) => b.published - a.published || b.version - a.version);
  const cards = all.slice(0, most).map((row) => {
    const host = hosts.get(row.host);
    const known = shown.get(row.finding.id);
    if (known && known.version === row.version && known.named === Boolean(host)) return known.element;
    const element = card(row, host, now());
    if (known) element.querySelector('details').open = known.element.querySelector('details').open;
    if (began && !known) element.classList.add('fresh');
    shown.set(row.finding.id, { version: row.version, named: Boolean(host), element });
    return element;
  });
  for (const id of shown.keys()) if (!findings.has(id)) shown.delete(id);
  const place = $('finding-cards');
  if (cards.length !== place.children.length || cards.some((element, i) => place.children[i] !== element)) place.replaceChildren(...cards);
  const note = $('finding-note');
  note.replaceChildren();
  if (all.length === 0) note.append(level === 'all' ? 'None.' : 'None of these.');
  if (all.length > most) {
    const more = el('button', { type: 'button' }, `Show ${count(Math.min(CARDS, all.length - most))} more of ${count(all.length)}`);
    more.addEventListener('click', () => { most += CARDS; findingCards(); });
    note.append(more);
  }
  if (last.omitted.findings) note.append(` ${plural(last.omitted.findings, 'finding')}, the oldest and mildest, are no longer kept here; the topic has them.`);
}

function filter() {
  $('finding-filter').replaceChildren(...['all', 'critical', 'warning', 'info'].map((name) => {
    const button = el('button', { type: 'button', 'aria-pressed': String(name === level) }, name);
    button.addEventListener('click', () => { level = name; most = CARDS; filter(); findingCards(); });
    return button;
  }));
}

function show() {
  if (last === null) return;
  const sentence = headline();
  if ($('headline').textContent !== sentence) $('headline').textContent = sentence;
  $('lead').textContent = lead();
  $('figures').replaceChildren(...figures());
  hostTable();
  findingCards();
  const critical = sum((host) => host.findings.critical);
  document.title = (critical ? `(${critical}) ` : '') + 'Pintrail live';
  const i = last.instance;
  $('instance').textContent = `This instance: ${i.state}, ${plural(i.partitions, 'partition')}, ${count(i.batches)} batches and ${count(i.events)} events since it was started`
    + (i.setAside ? `, ${plural(i.setAside, 'record')} set aside` : '') + '. Hosts, regions and findings are those of all instances. Times are this browser’s.';
  document.body.dataset.ready = String(last.caughtUp);
  began = last.caughtUp;
}

function choose() {
  const of = new URLSearchParams(location.hash.slice(1));
  const host = of.get('host');
  if (host === null) return;
  const region = of.get('region');
  chosen = { host, region: region === null ? null : region.replace(/^h\d+/, '') };
  refresh(true);
}

async function json(path) {
  const answer = await fetch(path);
  return answer.ok ? answer.json() : null;
}

let refreshing = false;

/** The chosen host, again when something of it changed. */
async function refresh(always) {
  const host = hosts.get(chosen.host);
  if (!host || refreshing || (!always && detail?.key === host.key && detail.version >= host.version)) return;
  refreshing = true;
  const { host: key, region } = chosen;
  try {
    const next = await json('api/host?key=' + encodeURIComponent(key));
    const map = region === null ? null : await json('api/region?key=' + encodeURIComponent(key + '/' + region));
    if (next !== null) {
      next.zeroMs = host.realtimeOffset === null ? null : (host.firstEvent + host.realtimeOffset) / 1e6;
      detail = next;
      hostDetail(host, next);
      $('region').replaceChildren(...(map ? [pageMap(map)] : region ? [el('p', { class: 'note' }, `Region ${region} is not kept here.`)] : []));
    }
  } finally {
    refreshing = false;
  }
  if (chosen.host !== key || chosen.region !== region) refresh(true);
}

function hostDetail(host, of) {
  $('host').hidden = false;
  $('h-host').textContent = '';
  $('h-host').append(el('span', {}, host.host));
  $('host-lead').textContent = '';
  $('host-lead').append(el('span', {}, [host.kernel && 'Linux ' + host.kernel, host.backend && host.backend + ' backend', plural(host.events, 'event'),
    host.missingProbes && plural(host.missingProbes, 'probe') + ' missing'].filter(Boolean).join(', ') + '.'));
  $('host-notices').replaceChildren(...host.notices.map((text) => el('li', {}, text)),
    ...(host.noticeCount > host.notices.length ? [el('li', {}, `and ${count(host.noticeCount - host.notices.length)} more`)] : []));
  draw($('charts'), of);
  $('region-rows').replaceChildren(...of.regions.map((row) => regionRow(row, row.key === chosen.host + '/' + chosen.region)));
  $('region-note').textContent = of.total > of.regions.length ? `${count(of.total - of.regions.length)} more, less remarkable, are not shown.`
    : of.total === 0 ? 'None so far.' : '';
}

function link() {
  const quiet = Date.now() - heard;
  const bad = heard === 0 ? null : quiet > QUIET_MS;
  const text = heard === 0 ? 'connecting …' : bad ? `no word for ${seconds(quiet / 1000)}; this is what was known at ${clock(heard)}` : 'connected';
  $('link').textContent = text;
  $('link').className = 'state' + (bad === null ? '' : bad ? ' off' : ' on');
}

function rowClicked(event) {
  const row = event.target.closest('tr[data-host], tr[data-region]');
  const link = row?.querySelector('a');
  if (link && !event.target.closest('a')) location.hash = link.getAttribute('href');
}

$('legend').replaceChildren(...legend());
$('host-filter').addEventListener('input', () => last && hostTable());
$('host-rows').addEventListener('click', rowClicked);
$('region-rows').addEventListener('click', rowClicked);
$('region').addEventListener('click', (event) => {
  const id = event.target.closest('[data-finding]')?.dataset.finding;
  if (!id) return;
  event.preventDefault();
  level = 'all';
  most = Infinity;
  filter();
  findingCards();
  document.getElementById('f-' + id)?.scrollIntoView({ block: 'center' });
});
addEventListener('hashchange', () => {
  choose();
  if (last) hostTable();
});
addEventListener('resize', () => detail && draw($('charts'), detail));
filter();
setInterval(() => { link(); if (last) hostTable(); }, 1000);

new EventSource('events').addEventListener('update', (event) => {
  take(JSON.parse(event.data));
  if (chosen.host === null && location.hash.startsWith('#host=')) choose();
  if (chosen.host === null && hosts.size > 0 && last.caughtUp) {
    chosen = { host: [...hosts.values()].sort((a, b) => badness(b) - badness(a) || a.host.localeCompare(b.host))[0].key, region: null };
  }
  show();
  link();
  refresh(false);
});
