// What a tuning found, kept on this device beside the weights it is of.
import type { CoreCalibration, CorePooling } from './core.js';
import { Shelf } from './shelf.js';
import type { Kept } from './tuner.js';

/** Raise it when ranges are measured in another way. */
const version = 'calibration-1';

/** Which layers there are to measure depends on the pooling. */
const originOf = (weights: string, pooling: CorePooling) => ({
  source: `${weights}-${pooling}`,
  version,
});

/** @param weights SHA-256 of their kept file */
export async function keptCalibration(
  shelf: Shelf,
  weights: string,
  pooling: CorePooling,
): Promise<CoreCalibration | null> {
  const file = await shelf.find(originOf(weights, pooling), 'json');
  const bytes = await file?.read();
  return bytes ? JSON.parse(new TextDecoder().decode(bytes)) : null;
}

/** @param weights SHA-256 of their kept file; null: there is none */
export function keptOf(weights: string | null, pooling: CorePooling): Kept {
  return {
    async read() {
      if (weights === null) return null;
      const file = await (await Shelf.open())?.find({ sha256: weights });
      return (await file?.read()) ?? null;
    },
    /** Where it cannot be kept, the next visit measures again. */
    async keep(calibration) {
      if (weights === null) return;
      const shelf = await Shelf.open();
      const writer = await shelf?.write(originOf(weights, pooling), 'json').catch(() => null);
      writer?.write(new TextEncoder().encode(JSON.stringify(calibration)));
      await writer?.commit();
    },
  };
}
