// SPDX-License-Identifier: Apache-2.0
// Rows, cards and the page map.
import { el, svg, title, count, plural, bytes, duration, ago, clock, VERDICTS } from './words.js';

const PAGE = 4096n;
const COLUMNS = 128;

const hex = (n) => '0x' + n.toString(16);

export const lastEventMs = (host) => (host.realtimeOffset === null ? null : (host.lastEvent + host.realtimeOffset) / 1e6);

const LEVELS = ['critical', 'warning', 'info'];

function counts(findings) {
  const shown = LEVELS.filter((level) => findings[level] > 0);
  return shown.length === 0
    ? el('span', { class: 'soft' }, 'none')
    : el('span', { class: 'counts' }, shown.map((level) => el('span', { class: 'count s-' + level }, findings[level] + ' ' + level)));
}

export function hostRow(host, now, chosen) {
  const last = lastEventMs(host);
  const live = host.status === 'live';
  const loss = [host.lostEvents && plural(host.lostEvents, 'event'), host.gaps && plural(host.gaps, 'batch').replace('batchs', 'batches')];
  const state = { live: 'live', silent: 'silent, closed', ended: 'ended' }[host.status] ?? host.status;
  return el('tr', { class: [chosen && 'chosen', !live && 'past'].filter(Boolean).join(' '), 'data-host': host.key },
    el('td', { class: 'name' }, el('a', { href: '#host=' + host.key }, host.host), el('small', {}, host.kernel)),
    el('td', { class: host.status === 'silent' ? 'warn-text' : '' }, state),
    el('td', {}, counts(host.findings)),
    el('td', { class: 'n' }, live ? count(host.liveRegions) : '–'),
    el('td', { class: 'n' }, live ? bytes(host.pinnedBytes) : '–'),
    el('td', { class: 'n' + (live && host.lagMs > 60000 ? ' warn-text' : '') }, live && host.lagMs >= 0 ? duration(host.lagMs * 1e6) : '–'),
    el('td', { class: 'n' + (loss.some(Boolean) ? ' warn-text' : '') }, loss.filter(Boolean).join(', ') || '0'),
    el('td', { class: 'n', title: last === null ? '' : clock(last) }, last === null ? 'not known' : ago(now - last)));
}

const who = (by) => (by.pid === 0 && by.comm === '' ? 'not known' : `${by.comm || 'process'} ${by.pid}${by.tid && by.tid !== by.pid ? ', thread ' + by.tid : ''}`);

const times = (n) => (n === 1 ? 'once' : n === 2 ? 'twice' : count(n) + ' times');

/** complete: whether these are all uses; records of earlier versions do not say. */
function use({ reads, writes, bytes: size, complete }) {
  const least = complete === false ? 'at least ' : '';
  const did = [reads && 'read ' + least + times(reads), writes && 'wrote ' + least + times(writes)].filter(Boolean).join(' and ');
  return did && `The device ${did}, ${bytes(size)}, after that.`;
}

const untold = (f) => f.class !== 'ZERO' && f.usedAfter.complete === false
  && `Whether the device has used ${f.pages === 1 ? 'it' : 'them'} since cannot be told.`;

function facts(pairs) {
  return el('dl', { class: 'facts' }, pairs.filter(([, value]) => value).map(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]));
}

const code = (text) => text && el('code', {}, text);

const stack = (functions, kind) => functions.length > 0 && el('ol', { class: 'stack mono ' + kind }, functions.map((f) => el('li', {}, f)));

function actor(by, name) {
  return [[name, who(by)], ['Call', code(by.call)], ['Stack', stack(by.stack, '')], ['In the kernel', stack(by.kernelStack, 'kernel')]];
}

export function card(row, host, now) {
  const f = row.finding;
  const offset = host?.realtimeOffset ?? null;
  const at = offset === null ? null : (f.at + offset) / 1e6;
  const wrong = use(f.usedAfter);
  return el('article', { class: 'finding s-' + f.severity.toLowerCase(), id: 'f-' + f.id },
    el('header', {},
      el('span', { class: 'severity' }, f.severity.toLowerCase()),
      el('h3', {}, title(f)),
      el('time', { title: 'published ' + clock(row.published) }, at === null ? clock(row.published) : `${clock(at)}, ${ago(now - at)}`)),
    el('p', {}, `${plural(f.pages, 'page')} (${bytes(f.pages * 4096)}) of `,
      el('a', { href: `#host=${row.host}&region=${f.region}` }, 'region ' + f.region.replace(/^h\d+/, '')), ` on ${host?.host ?? 'a host'}. `,
      wrong ? el('span', { class: 'used' }, wrong) : untold(f)),
    f.by.call !== '' && el('p', {}, code(f.by.call), ` by ${who(f.by)}`),
    el('details', {}, el('summary', {}, 'Why, and what to do'),
      facts([
        ...actor(f.by, 'Who'),
        ...(f.protectedBy ? actor(f.protectedBy, 'Write-protected by') : []),
        ['Until', f.healedAt !== null && offset !== null && clock((f.healedAt + offset) / 1e6)],
        ['Addresses', code(f.va + (f.runCount > 1 ? ` in ${count(f.runCount)} runs` : ''))],
        ['Finding', code(f.id)],
      ]),
      el('p', {}, f.explanation),
      el('p', { class: 'remedy' }, el('b', {}, 'What to do. '), f.remedy)));
}

const swatch = (verdict, name = 'swatch') =>
  svg('svg', { 'aria-hidden': 'true', class: name }, svg('rect', { width: '100%', height: '100%', class: 'v-' + verdict.toLowerCase() }));

export const legend = () =>
  Object.entries(VERDICTS).map(([verdict, meaning]) => el('li', {}, swatch(verdict), verdict, el('span', {}, meaning)));

const some = (pages) => Object.keys(VERDICTS).filter((verdict) => pages[verdict.toLowerCase()] > 0);

/** How the pages of a region are shared between the verdicts, each seen however few it has. */
function strip(pages) {
  const shares = some(pages).map((verdict) => [verdict, Math.max(0.03, pages[verdict.toLowerCase()] / pages.total)]);
  const all = shares.reduce((sum, [, share]) => sum + share, 0);
  let x = 0;
  return svg('svg', { class: 'strip', 'aria-hidden': 'true' }, shares.map(([verdict, share]) => {
    const at = x;
    x += (share / all) * 100;
    return svg('rect', { class: 'v-' + verdict.toLowerCase(), x: at + '%', width: (share / all) * 100 + '%', height: '100%' });
  }));
}

export function regionRow({ key, region }, chosen) {
  const gone = region.error !== 0 || region.deregisteredAt !== null;
  const shown = some(region.worst);
  return el('tr', { class: [chosen && 'chosen', gone && 'past'].filter(Boolean).join(' '), 'data-region': key },
    el('td', { class: 'name' }, el('a', { href: `#host=${key.split('/')[0]}&region=${key.split('/')[1]}` }, region.id.replace(/^h\d+/, ''))),
    el('td', {}, `${region.comm || 'process'} ${region.pid}`),
    el('td', {}, region.device || region.holder),
    el('td', { class: 'n' }, bytes(region.length)),
    el('td', {}, shown.map((v) => `${count(region.worst[v.toLowerCase()])} ${v}`).join(', ') || '–', region.worst.total > 0 && strip(region.worst)),
    el('td', { class: 'n' }, region.cost.totalNs ? duration(region.cost.totalNs) : '–'),
    el('td', {}, region.error !== 0 ? 'failed, error ' + -region.error : gone ? 'deregistered' : 'registered'));
}

/** The cells of a region, line by line; equal neighbours in a line are one rectangle. */
function cells(region) {
  const { runs, pagesPerCell } = region.map;
  const all = runs.flatMap(([verdict, n]) => Array(n).fill(verdict));
  const columns = Math.min(all.length, COLUMNS);
  const width = Math.min(3, 100 / columns);
  const lines = Math.ceil(all.length / columns);
  const drawing = svg('svg', { class: 'cells', role: 'img', height: lines * 20 - 4, 'aria-label': 'Page map of region ' + region.id });
  const first = BigInt(region.va) & -PAGE;
  for (let from = 0; from < all.length; ) {
    let to = from + 1;
    while (all.length > COLUMNS && to < all.length && to % columns !== 0 && all[to] === all[from]) to++;
    const pages = Math.min(to * pagesPerCell, region.pages.total) - from * pagesPerCell;
    const where = hex(first + BigInt(from * pagesPerCell) * PAGE);
    drawing.append(svg('rect', {
      class: 'v-' + all[from].toLowerCase(), x: (from % columns) * width + '%', y: Math.floor(from / columns) * 20,
      width: (to - from) * width + '%', height: 16,
    }, svg('title', {}, `${where}, ${plural(pages, 'page')}: ${pages > 1 && all[from] !== 'OK' ? 'worst is ' : ''}${all[from]}`)));
    from = to;
  }
  return drawing;
}

/** The page map of a region, with what is known of it. */
export function pageMap({ region, findings }) {
  const shown = some(region.worst);
  return el('div', { class: 'map' },
    el('header', {}, el('h3', {}, 'Region ' + region.id.replace(/^h\d+/, '')), el('span', {}, `${region.comm} ${region.pid}, ${region.device || region.holder}`),
      el('span', { class: 'note' }, plural(region.pages.total, 'page') + (region.map?.pagesPerCell > 1 ? `, ${count(region.map.pagesPerCell)} a cell` : ''))),
    region.map && region.pages.total > 0 ? cells(region) : el('p', { class: 'note' }, region.error ? 'Its registration failed.' : 'Its pages are not known.'),
    facts([
      ['Pages', shown.map((v) => `${count(region.worst[v.toLowerCase()])} ${v}`).join(', ')],
      ['Why UNKNOWN', region.pages.unknown > 0 && region.unknownReason],
      ['Addresses', code(`${region.va}, ${bytes(region.length)}`)],
      ['Keys', code(`lkey ${region.lkey}, rkey ${region.rkey}`)],
      ['Access', region.access.join(', ')],
      ['Used by device', `${plural(region.use.reads, 'read')}, ${plural(region.use.writes, 'write')}`],
      ['Findings', findings.length > 0 && findings.map((row) => el('div', {}, el('a', { href: '#f-' + row.finding.id, 'data-finding': row.finding.id },
        `${row.finding.severity.toLowerCase()}: ${title(row.finding)}, ${plural(row.finding.pages, 'page')}`)))],
    ]));
}
