/** Smallest normal float16. */
const SMALLEST_NORMAL = 2 ** -14;

/**
 * Rounds to float16 (IEEE 754 binary16), ties to even. Values beyond 65504 become infinite.
 * @param {Float32Array} values
 * @returns {Uint16Array} bit patterns
 */
export function toFloat16(values) {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < values.length; ++i) halves[i] = halfOf(Number(values[i]), Number(words[i]));
  return halves;
}

/**
 * @param {number} value
 * @param {number} word its bits as float32
 */
function halfOf(value, word) {
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x47800000) return sign | 0x7c00; // 65536 and more
  if (Math.abs(value) < SMALLEST_NORMAL) return sign | roundToEven(Math.abs(value) * 2 ** 24);
  const rebased = magnitude - ((127 - 15) << 23);
  return sign | ((rebased + 0xfff + ((rebased >>> 13) & 1)) >>> 13);
}

/** @param {number} value non-negative */
function roundToEven(value) {
  const floor = Math.floor(value);
  const rest = value - floor;
  return floor + (rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? 1 : 0);
}

/** What each of the 65536 bit patterns stands for; made at first use. @type {Float32Array} */
let table;

/**
 * @param {Uint16Array} halves bit patterns
 * @returns {Float32Array}
 */
export function fromFloat16(halves) {
  table ??= Float32Array.from({ length: 0x10000 }, (_, half) => numberOf(half));
  const values = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; ++i) values[i] = Number(table[Number(halves[i])]);
  return values;
}

/** @param {number} half */
function numberOf(half) {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
