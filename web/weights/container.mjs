// Our weight files: safetensors with Keras' tensor names; weights/README.md describes them.
import { canonicalTensors } from './canonical.mjs';
import { encodedBytes, encodeSafetensors } from './safetensors.mjs';

/**
 * Where weights come from, in words for people, and what their features are.
 * @typedef {object} Description
 * @property {string} name
 * @property {string} source
 * @property {string} licence
 * @property {readonly string[]} featureLayers whose pooled outputs make the features
 * @property {'none' | 'sqrt'} [featureTransform] of every feature
 * @property {'none' | 'standardize'} [featureScaling] that a head learns best with
 * @property {Calibration} [calibration] what int8 needs
 */

/**
 * What a calibration on images found.
 * @typedef {object} Calibration
 * @property {string} activationRanges lowest and highest value of every layer, joined by commas
 * @property {number} int8Cosine mean cosine between the features of int8 and of float32
 */

/**
 * Makes our file of the tensors of any file that holds an InceptionV3.
 * @param {readonly import('./canonical.mjs').Tensor[]} tensors
 * @param {Description} description
 * @param {{ dtype?: import('./safetensors.mjs').Dtype, sourceSha256: string }} options the digest
 *     of the file that the tensors come from, in hex
 * @returns {{ bytes: number, pieces: Iterable<Uint8Array<ArrayBuffer>> }} its length, and its
 *     content: a tensor is read, and its values checked, when its piece is asked for
 * @throws {import('./error.mjs').WeightsError} naming the first thing wrong
 */
export function makeContainer(tensors, description, { dtype = 'float32', sourceSha256 }) {
  const canonical = canonicalTensors(tensors);
  const metadata = {
    format: 'tabtrain-inceptionv3',
    version: '1',
    name: description.name,
    source: description.source,
    licence: description.licence,
    source_sha256: sourceSha256,
    feature_layers: description.featureLayers.join(),
    feature_transform: description.featureTransform ?? 'none',
    feature_scaling: description.featureScaling ?? 'none',
    ...calibrationMetadata(description.calibration),
  };
  return {
    bytes: encodedBytes(canonical, { metadata, dtype }),
    pieces: encodeSafetensors(canonical, { metadata, dtype }),
  };
}

/** @param {Calibration | undefined} calibration @returns {Record<string, string>} */
export function calibrationMetadata(calibration) {
  if (!calibration) return {};
  return {
    activation_ranges: calibration.activationRanges,
    int8_cosine: String(calibration.int8Cosine),
  };
}
