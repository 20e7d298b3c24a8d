import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { UserError } from '../lib/fail.mjs';
import { temporaryFolder } from '../lib/folder.mjs';
import { openKerasH5 } from './keras-h5.mjs';

const MEMBER = 'model.weights.h5';

/** InceptionV3 has 88 MB; with its optimizer's two moments three times that. */
const MOST_BYTES = 1e9;

/**
 * Opens Keras 3's .keras: a zip with the weights as one file in it. Nothing else of it is read, so
 * that no code that a model may bring is run.
 * @param {string} path
 */
export async function openKerasZip(path) {
  const weights = unzipWeights(path);
  const folder = temporaryFolder(join(tmpdir(), 'tabtrain-keras-'));
  const file = join(folder, MEMBER);
  writeFileSync(file, weights);
  const { tensors, close } = await openKerasH5(file);
  return {
    tensors,
    close() {
      close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** @param {string} path */
function unzipWeights(path) {
  /** @type {unknown} */
  let cause;
  try {
    const members = unzipSync(readFileSync(path), {
      filter: ({ name, originalSize }) => name === MEMBER && originalSize <= MOST_BYTES,
    });
    if (members[MEMBER]) return members[MEMBER];
  } catch (error) {
    cause = error;
  }
  throw new UserError(
    `${path} is not a whole .keras file of Keras 3: it has no readable ${MEMBER}.`,
    'Save the model again: model.save("model.keras")',
    { cause },
  );
}
