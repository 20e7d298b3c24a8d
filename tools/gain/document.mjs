import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../lib/paths.mjs';
import { plot } from './plot.mjs';
import { summarize } from './summary.mjs';

/** @typedef {import('./summary.mjs').Setting} Setting */
/** @typedef {import('./measure.mjs').Setup} Setup */
/** @typedef {import('./measure.mjs').Run} Run */

const PAGE = join(ROOT, 'web/docs/augmentation.md');
const PLOT = join(ROOT, 'web/docs/augmentation.svg');
const MEASURED = /(<!-- measured -->\n)[\s\S]*?(<!-- \/measured -->)/;

/** Writes the plot, and the table into its place in the page. @param {{ setup: Setup, runs: Run[] }} measured */
export function documentGain({ setup, runs }) {
  const settings = summarize(runs);
  const text = `${table(settings)}\n\n${describe(setup, settings)}\n`;
  const page = readFileSync(PAGE, 'utf8');
  writeFileSync(
    PAGE,
    page.replace(MEASURED, (_, start, end) => `${start}${text}${end}`),
  );
  writeFileSync(PLOT, plot(settings));
  console.log(text);
}

/** @param {readonly Setting[]} settings */
export function table(settings) {
  const rows = settings.map(
    ({ perClass, views, mean, deviation, loss, gain, gainError }) =>
      `| ${perClass || 'all'} | ${views} | ${mean.toFixed(1)} ± ${deviation.toFixed(1)} | ${loss.toFixed(3)} | ` +
      `${views === 0 ? '' : `${gain >= 0 ? '+' : '−'}${Math.abs(gain).toFixed(1)} ± ${gainError.toFixed(1)}`} |`,
  );
  return [
    '| photos a class | views | right, % (± deviation over seeds) | loss | gain, points (± standard error) |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** @param {Setup} setup @param {readonly Setting[]} settings */
function describe({ weights, photos, validation }, settings) {
  return (
    `Weights ${weights}; ${photos} photos to train on, ${validation} to score on; ` +
    `${settings[0]?.seeds} seeds, each with its own choice of photos, first weights and drawing. ` +
    `Measured natively, in float32, on one core of ${cpus()[0]?.model.trim()}.`
  );
}
