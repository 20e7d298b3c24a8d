/**
 * @param {readonly number[]} values at least one
 * @param {number} share 0 to 1; between two values it is linear, as in NumPy
 */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const position = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]].map(Number);
  return Number(low) + (Number(high) - Number(low)) * (position % 1);
}

/** @param {readonly number[]} values at least one */
export function median(values) {
  return quantile(values, 0.5);
}

/** Cosine of the angle between two vectors. @param {readonly number[]} a @param {readonly number[]} b */
export function cosine(a, b) {
  let [ab, aa, bb] = [0, 0, 0];
  for (const [i, x] of a.entries()) {
    const y = Number(b[i]);
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb);
}
