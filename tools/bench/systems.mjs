/**
 * One system with its settings, in a page of its own.
 * @typedef {object} Entry
 * @property {string} id as it stands in the ids of the measures: 'float32/threads'
 * @property {string} name for people
 * @property {'tabtrain' | 'onnxruntime' | 'tensorflow'} script of tests/bench/page
 * @property {{ threads: number, variant?: string, precision?: string }} settings
 */

/**
 * @param {number} threads of the builds that have them
 * @returns {Entry[]}
 */
export function systems(threads) {
  const counts = { threads, single: 1 };
  const own = ['relaxed', 'simd'].flatMap((simd) =>
    ['float32', 'int8'].flatMap((precision) =>
      Object.entries(counts).map(([threading, count]) => ({
        id: `${simd === 'relaxed' ? '' : `${simd}/`}${precision}/${threading}`,
        name: `tabtrain ${precision}, ${simd === 'simd' ? 'plain' : simd} SIMD, ${inWords(count)}`,
        script: /** @type {const} */ ('tabtrain'),
        settings: { threads: count, variant: `${simd}-${threading}`, precision },
      })),
    ),
  );
  const onnxruntime = Object.entries(counts).map(([threading, count]) => ({
    id: `ort/float32/${threading}`,
    name: `onnxruntime-web float32, ${inWords(count)}`,
    script: /** @type {const} */ ('onnxruntime'),
    settings: { threads: count },
  }));
  const tensorflow = {
    id: 'tfjs/float32',
    name: 'TensorFlow.js float32',
    script: /** @type {const} */ ('tensorflow'),
    settings: { threads },
  };
  return [...own, ...onnxruntime, tensorflow];
}

/** @param {number} threads */
function inWords(threads) {
  return threads === 1 ? '1 thread' : `${threads} threads`;
}
