// SPDX-License-Identifier: Apache-2.0
// Words, numbers and elements. Whatever comes from a trace becomes text nodes and attributes only, never markup.

/** As io.pintrail.report.Printable: nothing that moves a cursor or makes a name read as another one. */
export function printable(text) {
  return String(text)
    .replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g, '\ufffd')
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
}

function fill(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : printable(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false && child !== '') {
      made.append(child instanceof Node ? child : printable(child));
    }
  }
  return made;
}

export const el = (name, attributes = {}, ...children) => fill(document.createElement(name), attributes, children);

export const svg = (name, attributes = {}, ...children) =>
  fill(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);

export const CLASSES = {
  ZERO: 'Zero page pinned', ACCESS_MISMATCH: 'Writable region, read-only pin', DETACHED: 'Detached pages', STALE: 'Stale pages',
};

export const CAUSES = {
  NONE: '', COW: 'copy on write', FORK: 'copy on write after fork', UNMAP: 'unmapped', MOVE: 'moved by mremap',
  FILE: 'file truncated or punched', RECLAIM: 'reclaim', MIGRATION: 'page migration', COLLAPSE: 'huge page collapse',
  KSM: 'same-page merging', USERFAULTFD: 'userfaultfd', EXIT: 'process exit or exec', REREGISTER: 're-registration',
  EARLIER: 'before the recording', PIN: 'the pin itself', OTHER: 'other',
};

/** Worst first, with what each means. */
export const VERDICTS = {
  STALE: 'the process maps another frame', DETACHED: 'nothing is mapped there', ZERO: 'the zero page is pinned',
  UNKNOWN: 'the trace cannot tell', SNAPSHOT: 'a copy by design', ODP: 'on-demand paging', OK: 'the process maps the pinned frame',
};

export const title = (finding) =>
  (CLASSES[finding.class] ?? finding.class) + (CAUSES[finding.cause] === '' ? '' : ': ' + (CAUSES[finding.cause] ?? finding.cause));

export const count = (n) => Number(n).toLocaleString('en');

export const plural = (n, word) => count(n) + ' ' + word + (n === 1 ? '' : 's');

export function bytes(n) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = n;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return (Number.isInteger(value) || value >= 100 ? Math.round(value) : value.toFixed(1)) + ' ' + units[unit];
}

export function duration(ns) {
  if (ns < 1e3) return Math.round(ns) + ' ns';
  if (ns < 1e6) return short(ns / 1e3) + ' µs';
  if (ns < 1e9) return short(ns / 1e6) + ' ms';
  return seconds(ns / 1e9);
}

const short = (n) => (n < 10 ? n.toFixed(1).replace(/\.0$/, '') : String(Math.round(n)));

export function seconds(s) {
  if (s < 60) return short(s) + ' s';
  if (s < 3600) return Math.round(s / 60) + ' min';
  if (s < 172800) return Math.round(s / 3600) + ' h';
  return Math.round(s / 86400) + ' days';
}

export const ago = (ms) => (ms < 1500 ? 'now' : seconds(ms / 1000) + ' ago');

/** Time of day, with the date where that is not today. */
export function clock(ms) {
  const when = new Date(ms);
  const time = when.toLocaleTimeString('en-GB');
  return when.toDateString() === new Date().toDateString() ? time : when.toISOString().slice(0, 10) + ' ' + time;
}
