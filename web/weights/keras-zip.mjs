import { unzipSync } from 'fflate';
import { WeightsError } from './error.mjs';

const MEMBER = 'model.weights.h5';

/** InceptionV3 has 88 MB; with its optimizer's two moments three times that. */
const MOST_BYTES = 1e9;

/**
 * The weights in Keras 3's .keras, which is a zip: the HDF5 file that is one of its members. Nothing
 * else of it is read, so that no code that a model may bring is run.
 * @param {Uint8Array} zip
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function unzipKeras(zip) {
  /** @type {unknown} */
  let cause;
  try {
    const members = unzipSync(zip, {
      filter: ({ name, originalSize }) => name === MEMBER && originalSize <= MOST_BYTES,
    });
    if (members[MEMBER]) return members[MEMBER];
  } catch (error) {
    cause = error;
  }
  throw new WeightsError(
    `It is not a whole .keras file of Keras 3: it has no readable ${MEMBER}.`,
    'Save the model again: model.save("model.keras")',
    { cause },
  );
}
