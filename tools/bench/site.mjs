import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeLink } from '../lib/folder.mjs';
import { BUILD, DIST, ROOT } from '../lib/paths.mjs';
import { Stamp } from '../lib/stamp.mjs';
import { fetchSource } from '../weights/fetch.mjs';
import { importWeights } from '../weights/import.mjs';
import { findSource, origin } from '../weights/manifest.mjs';
import { readNsfwjs } from '../weights/nsfwjs.mjs';
import { tfjsTensors } from '../weights/tfjs.mjs';
import { onnxModel } from './onnx.mjs';
import { PEERS, requirePeer } from './peers.mjs';

/** What the benchmark's pages are served from. */
export const SITE = join(BUILD, 'bench/site');
const MODEL = join(SITE, 'model');
const FEATURES = 'mixed10';

/** Raise it when the same source is written in another way. */
const WRITER_VERSION = 2;

/**
 * The site, and in it one network for all systems, as each of them reads it.
 * @returns {import('../lib/step.mjs').Step}
 */
export function site() {
  const source = findSource('nsfwjs');
  const stamp = new Stamp(join(MODEL, 'stamp'), { source, FEATURES, WRITER_VERSION });
  return {
    name: 'one network for all',
    isDone: () => stamp.isCurrent(),
    doing: 'converting it',
    async run() {
      makeLink(DIST, join(SITE, 'tabtrain'));
      makeLink(PEERS, join(SITE, 'peers'));
      makeLink(join(ROOT, 'tests/bench/page'), join(SITE, 'page'));
      mkdirSync(MODEL, { recursive: true });
      const { name, licence, calibration } = source;
      await writeModels(await fetchSource(source), {
        ...{ name, licence, calibration },
        source: origin(source),
        featureLayers: [FEATURES],
      });
      stamp.write();
    },
  };
}

/**
 * @param {string} archive the npm package nsfwjs
 * @param {import('../../web/weights/container.mjs').Description} description
 */
async function writeModels(archive, description) {
  const { model, shards } = readNsfwjs(archive);
  writeFileSync(join(MODEL, 'model.json'), JSON.stringify(model));
  for (const [path, bytes] of shards) writeFileSync(join(MODEL, path), bytes);

  const tensors = tfjsTensors(model, (path) => /** @type {Buffer} */ (shards.get(path)));
  const graph = onnxModel(model.modelTopology.model_config, tensors, FEATURES);
  writeFileSync(join(MODEL, 'model.onnx'), await encode(graph));

  for (const dtype of /** @type {const} */ (['float32', 'int8'])) {
    await importWeights(archive, join(MODEL, `${dtype}.safetensors`), description, dtype);
  }
}

/** @param {object} model a ModelProto @returns {Promise<Uint8Array>} */
async function encode(model) {
  const protobuf = requirePeer('protobufjs');
  const schema = await protobuf.load(join(ROOT, 'tools/bench/onnx.proto'));
  const type = schema.lookupType('onnx.ModelProto');
  const problem = type.verify(model);
  if (problem) throw new Error(`The ONNX model is malformed: ${problem}`);
  return type.encode(model).finish();
}
