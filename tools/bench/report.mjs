import { median, quantile } from './statistics.mjs';

/** @typedef {{ id: string, value: number, unit: string, better: 'lower' | 'higher' }} Result */
/** @typedef {Result & { name: string, spread?: [number, number] }} Row */

/**
 * Each ratio of one measure to another, and for people what it says.
 * @type {readonly { id: string, name: string, of: string, to: string, better: 'lower' | 'higher' }[]}
 */
const RATIOS = [
  ...['float32', 'int8'].flatMap((precision) => [
    {
      id: `ratio/forward/${precision}/ort`,
      name: `tabtrain ${precision} to onnxruntime-web float32, forward, threads`,
      of: `forward/${precision}/threads/ms`,
      to: 'forward/ort/float32/threads/ms',
      better: /** @type {const} */ ('lower'),
    },
    {
      id: `ratio/forward/${precision}/tfjs`,
      name: `tabtrain ${precision} to TensorFlow.js float32, forward, threads`,
      of: `forward/${precision}/threads/ms`,
      to: 'forward/tfjs/float32/ms',
      better: /** @type {const} */ ('lower'),
    },
    {
      id: `ratio/forward/${precision}/threads`,
      name: `tabtrain ${precision}, gain of threads, forward`,
      of: `forward/${precision}/single/ms`,
      to: `forward/${precision}/threads/ms`,
      better: /** @type {const} */ ('higher'),
    },
  ]),
  {
    id: 'ratio/head/tfjs',
    name: 'tabtrain to TensorFlow.js, head step',
    of: 'head/step/ms',
    to: 'head/tfjs/step/ms',
    better: 'lower',
  },
];

/** @param {import('./rounds.mjs').Measured} measured @returns {Row} */
export function rowOf({ id, name, unit, better, values }) {
  const spread = /** @type {[number, number]} */ ([quantile(values, 0.25), quantile(values, 0.75)]);
  return { id, name, unit, better, value: median(values), spread };
}

/**
 * The ratios whose two measures are there.
 * @param {readonly Result[]} results
 * @returns {Row[]}
 */
export function ratiosOf(results) {
  const values = new Map(results.map(({ id, value }) => [id, value]));
  const ratios = RATIOS.map(({ id, name, of, to, better }) => ({
    ...{ id, name, better, unit: 'x' },
    value: Number(values.get(of)) / Number(values.get(to)),
  }));
  return [...ratios, ...fileRatios(values)].filter(({ value }) => Number.isFinite(value));
}

/** How much of the forward pass's rate is left with decoding and resizing.
 * @param {Map<string, number>} values @returns {Row[]} */
function fileRatios(values) {
  return ['float32', 'int8'].map((precision) => ({
    id: `ratio/files/${precision}/forward`,
    name: `tabtrain ${precision}, files to features, to the forward pass alone`,
    unit: 'x',
    better: 'higher',
    value:
      (Number(values.get(`files/${precision}/images_per_s`)) *
        Number(values.get(`forward/${precision}/threads/ms`))) /
      1000,
  }));
}

/** @param {readonly Row[]} rows @returns {Result[]} what build/bench.json holds */
export function resultsOf(rows) {
  return rows.map(({ id, value, unit, better }) => ({ id, value, unit, better }));
}

/** @param {readonly Row[]} rows @returns {string} a table in Markdown */
export function tableOf(rows) {
  const cells = rows.map(({ name, value, unit, spread }) => [
    name,
    `${digits(value)} ${unit}`,
    spread ? spread.map(digits).join(' - ') : '',
  ]);
  const lines = [['measure', 'median', 'quartiles'], ...cells];
  const widths = [0, 1, 2].map((column) =>
    Math.max(...lines.map((line) => cell(line, column).length)),
  );
  const written = lines.map((line) => {
    const [name, ...numbers] = widths.map((width, column) =>
      column === 0 ? cell(line, column).padEnd(width) : cell(line, column).padStart(width),
    );
    return `| ${[name, ...numbers].join(' | ')} |`;
  });
  const [name, ...numbers] = widths.map((width) => '-'.repeat(width));
  const rule = `| ${[name, ...numbers.map((dashes) => `${dashes.slice(1)}:`)].join(' | ')} |`;
  return [written[0], rule, ...written.slice(1)].join('\n');
}

/** @param {readonly string[]} line @param {number} column */
function cell(line, column) {
  return String(line[column]);
}

/** Three digits that count; all of a large number. @param {number} value */
function digits(value) {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
