// SPDX-License-Identifier: Apache-2.0
// Small charts of a host over time, as SVG.
import { svg, el, bytes, duration, seconds, count, clock } from './words.js';

const HEIGHT = 128;
const TOP = 8;
const BOTTOM = 108;
const LEFT = 58;
const [START, PINNED, REGISTRATIONS, MEAN, LONGEST, LOST, LAG] = [0, 1, 2, 3, 4, 5, 6];

/** The next of 1, 2, 5, 10, … that is not below; powers of two for bytes. */
function nice(value, binary) {
  if (value <= 0) return 1;
  if (binary) return 2 ** Math.ceil(Math.log2(value));
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= value * 0.999);
}

/** Axes, and how to place a point. */
function frame(detail, top, label, width) {
  const steps = detail.steps;
  const from = steps.length ? steps[0][START] : 0;
  const to = steps.length ? steps[steps.length - 1][START] + detail.stepMs : 1;
  const x = (ms) => LEFT + ((ms - from) / (to - from)) * (width - LEFT - 4);
  const y = (value) => BOTTOM - (value / top) * (BOTTOM - TOP);
  const drawing = svg('svg', { viewBox: `0 0 ${width} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' });
  for (const value of [0, top / 2, top]) {
    drawing.append(svg('line', { class: 'grid', x1: LEFT, x2: width - 4, y1: y(value), y2: y(value) }));
    drawing.append(svg('text', { x: LEFT - 6, y: y(value) + 4, 'text-anchor': 'end' }, label(value)));
  }
  const when = (ms) => (detail.zeroMs === null ? seconds(ms / 1000) : clock(detail.zeroMs + ms));
  drawing.append(svg('text', { x: LEFT, y: HEIGHT - 4 }, when(from)));
  drawing.append(svg('text', { x: width - 4, y: HEIGHT - 4, 'text-anchor': 'end' }, when(to)));
  return { drawing, x, y, to };
}

function figure(name, value, drawing) {
  return el('figure', { class: 'chart', 'aria-label': name + ': ' + value }, el('figcaption', {}, el('span', {}, name), el('b', {}, value)), drawing);
}

function pinned(detail, width) {
  const top = nice(Math.max(0, ...detail.steps.map((s) => s[PINNED])), true);
  const { drawing, x, y, to } = frame(detail, top, bytes, width);
  let path = '';
  let last = 0;
  for (const step of detail.steps) {
    path += path ? `H${x(step[START])}V${y(step[PINNED])}` : `M${x(step[START])} ${y(step[PINNED])}`;
    last = step[PINNED];
  }
  if (path) {
    path += `H${x(to)}`;
    drawing.append(svg('path', { class: 'area', d: `${path}V${y(0)}H${LEFT}Z` }), svg('path', { class: 'line', d: path }));
  }
  return figure('Pinned by regions', bytes(last), drawing);
}

function latency(detail, width) {
  const steps = detail.steps.filter((s) => s[REGISTRATIONS] > 0);
  const longest = Math.max(0, ...steps.map((s) => s[LONGEST]));
  const { drawing, x, y } = frame(detail, nice(longest), duration, width);
  for (const step of steps) {
    const middle = x(step[START] + detail.stepMs / 2);
    drawing.append(svg('line', { class: 'line', x1: middle, x2: middle, y1: y(step[MEAN]), y2: y(step[LONGEST]) }));
    drawing.append(svg('circle', { class: 'dot', cx: middle, cy: y(step[LONGEST]), r: 2.5 }));
  }
  return figure('Registration, longest and mean', steps.length ? 'up to ' + duration(longest) : 'none', drawing);
}

function lag(detail, width) {
  const steps = detail.steps.filter((s) => s[LAG] !== null);
  const greatest = Math.max(0, ...steps.map((s) => s[LAG])) / 1000;
  const { drawing, x, y } = frame(detail, nice(greatest), seconds, width);
  const points = steps.map((s) => `${x(s[START] + detail.stepMs / 2)} ${y(s[LAG] / 1000)}`);
  if (points.length > 1) drawing.append(svg('path', { class: 'line', d: 'M' + points.join('L') }));
  for (const point of points) {
    const [cx, cy] = point.split(' ');
    drawing.append(svg('circle', { class: 'dot', cx, cy, r: 2 }));
  }
  return figure('Lag, event to analysis', steps.length ? seconds(steps[steps.length - 1][LAG] / 1000) : 'not known', drawing);
}

function lost(detail, width) {
  const all = detail.steps.reduce((sum, s) => sum + s[LOST], 0);
  const { drawing, x, y } = frame(detail, nice(Math.max(0, ...detail.steps.map((s) => s[LOST]))), count, width);
  for (const step of detail.steps.filter((s) => s[LOST] > 0)) {
    const wide = Math.max(2, x(step[START] + detail.stepMs) - x(step[START]) - 1);
    drawing.append(svg('rect', { class: 'bar', x: x(step[START]), width: wide, y: y(step[LOST]), height: BOTTOM - y(step[LOST]) }));
  }
  return figure('Events lost', all ? count(all) : 'none', drawing);
}

/** @param detail of /api/host, and zeroMs: when its first event was, ms since 1970, or null */
export function draw(into, detail) {
  const columns = Math.max(1, Math.floor(into.clientWidth / 336));
  const width = Math.max(260, Math.round(into.clientWidth / columns) - 24);
  into.replaceChildren(...[pinned, latency, lag, lost].map((chart) => chart(detail, width)));
}
