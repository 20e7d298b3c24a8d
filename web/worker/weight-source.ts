// Where weights come from: an address, a file, or what is kept on this device.
import type { Description } from '../weights/container.mjs';
import type { WeightsError } from '../weights/error.mjs';
import { sha256 } from './digest.js';
import type { Context } from './dispatcher.js';
import { download, Unreachable } from './download.js';
import { Failure, messageOf } from './failure.js';
import type { Import } from './import.js';
import { Progress } from './progress.js';
import type { WeightsSource } from './protocol.js';
import type { Origin } from './shelf.js';

/** One of our files as it arrives. */
export interface Pieces {
  /** Bytes; null where the server does not say. */
  total: number | null;
  pieces: AsyncIterable<Uint8Array<ArrayBuffer>> | Iterable<Uint8Array<ArrayBuffer>>;
}

export interface Found {
  /** Of the file, for people. */
  name: string;
  /** The kept file that serves instead; null when none does. */
  wanted: Partial<Origin & { sha256: string }> | null;
  /** What a copy is kept as; null when none is to be kept. */
  origin: Origin | null;
  /** Fetches or imports. Gets what to tell of a kept copy that could not be used. */
  open(damage: string | null): Promise<Pieces>;
  /** Ends a download that nobody reads. */
  close(): void;
}

/** Raise it when the importer makes something else of the same file. */
const importerVersion = 'import-1';
const hdf5 = '\x89HDF';
const zip = 'PK\x03\x04';

export function findWeights(source: WeightsSource, context: Context): Promise<Found> | Found {
  if (source instanceof Blob) return findFile(source, context);
  return typeof source === 'string' ? findAddress(source, context) : findKept(source.kept);
}

function findKept(sha256: string): Found {
  return {
    name: 'the weights kept on this device',
    wanted: { sha256 },
    origin: null,
    async open(damage) {
      const reason = damage ?? 'These weights are not kept on this device any more.';
      throw new Failure('weights-not-kept', `${reason} Give the file again.`);
    },
    close() {},
  };
}

async function findFile(file: Blob, context: Context): Promise<Found> {
  const name = file instanceof File ? file.name : 'the weight file';
  const close = () => {};
  if (kindOf(await readBytes(file.slice(0, 8), name)) === null) {
    const wanted = { sha256: await sha256(await readBytes(file, name)) };
    const open = async () => ({ total: file.size, pieces: chunks(file.stream(), name) });
    return { name, wanted, origin: { source: 'file', version: 'as-it-is' }, open, close };
  }
  const origin = { source: await sha256(await readBytes(file, name)), version: importerVersion };
  const open = () => importFile(file, name, context);
  return { name, wanted: origin, origin, open, close };
}

/** What is kept of an address serves as long as the server has the same there, or is not reached. */
async function findAddress(url: string, context: Context): Promise<Found> {
  const name = decodeURIComponent(new URL(url).pathname.split('/').at(-1) || url);
  const source = await sha256Of(url);
  let response: Response;
  try {
    response = await download('The weight file', url, context.signal);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    const open = () => Promise.reject(error);
    return { name, wanted: { source }, origin: null, open, close() {} };
  }
  const { body } = response;
  if (!body) throw new Failure('network', `${url} answered with nothing.`);
  const tag = response.headers.get('etag') ?? response.headers.get('last-modified');
  const origin = tag && source ? { source, version: await sha256Of(tag) } : null;
  return {
    name,
    wanted: origin,
    origin,
    open: () => openDownload(body, contentLength(response), name, context),
    close: () => void body.cancel().catch(() => {}), // one that was read to its end has none to end
  };
}

function sha256Of(text: string): Promise<string> {
  return sha256(new TextEncoder().encode(text));
}

/** A Keras file has to arrive as a whole before it can be read. */
async function openDownload(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  total: number | null,
  name: string,
  context: Context,
): Promise<Pieces> {
  const rest = chunks(body, name);
  const { value: first } = await rest.next();
  if (!first) throw new Failure('network', `${name} is empty.`);
  if (kindOf(first) === null) return { total, pieces: joined(first, rest) };
  const parts: Blob[] = [];
  const progress = new Progress(context, 'weights', total);
  for await (const part of joined(first, rest)) {
    parts.push(new Blob([part])); // a blob may go to the disk
    await progress.advance(part.length, name);
  }
  return importFile(new Blob(parts), name, context);
}

async function* joined(
  first: Uint8Array<ArrayBuffer>,
  rest: AsyncIterable<Uint8Array<ArrayBuffer>>,
) {
  yield first;
  yield* rest;
}

/** Makes one of our files of Keras'. */
async function importFile(file: Blob, name: string, { pause }: Context): Promise<Pieces> {
  const bytes = await readBytes(file, name);
  const isZip = kindOf(bytes) === zip;
  const { openImport } = await importer();
  const opened = await inWords(name, async () =>
    openImport(file, isZip, describe(name), await sha256(bytes)),
  );
  return { total: opened.bytes, pieces: importedPieces(opened, name, pause) };
}

async function* importedPieces(opened: Import, name: string, pause: () => Promise<void>) {
  const pieces = opened.pieces[Symbol.iterator]();
  try {
    for (;;) {
      const { done, value } = await inWords(name, async () => pieces.next());
      if (done) return;
      yield value;
      await pause();
    }
  } finally {
    opened.close();
  }
}

function describe(name: string): Description {
  return {
    name: name.replace(/(\.weights)?\.(h5|hdf5|keras)$/i, ''),
    source: name,
    licence: 'unknown',
    featureLayers: ['mixed10'],
  };
}

async function importer(): Promise<typeof import('./import.js')> {
  try {
    return await import('./import.js');
  } catch (error) {
    throw new Failure(
      'network',
      `The reader of Keras files could not be loaded: ${messageOf(error)}. Check the connection, ` +
        'and that tabtrain-import.js lies beside the worker.',
    );
  }
}

/** Says what is wrong with a file as an error of ours. */
async function inWords<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isWeightsError(error)) throw error;
    throw new Failure('invalid-weights', `${name} cannot be used. ${error.message} ${error.help}`);
  }
}

/** By its name: the class is the importer's, which is a script of its own and shares none with us. */
function isWeightsError(error: unknown): error is WeightsError {
  return error instanceof Error && error.name === 'WeightsError';
}

/** Whether it is a file that has to be imported. */
function kindOf(start: Uint8Array): typeof hdf5 | typeof zip | null {
  const text = String.fromCharCode(...start.subarray(0, 4));
  return text === hdf5 || text === zip ? text : null;
}

async function readBytes(file: Blob, name: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new Failure('unreadable-file', `${name} could not be read. Choose it again.`);
  }
}

/** Null also for a compressed response, whose length is not that of the bytes we read. */
function contentLength(response: Response): number | null {
  if (response.headers.has('content-encoding')) return null;
  const length = Number(response.headers.get('content-length'));
  return length > 0 ? length : null;
}

async function* chunks(stream: ReadableStream<Uint8Array<ArrayBuffer>>, name: string) {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Failure('network', `The connection broke while reading ${name}. Try again.`);
  } finally {
    // Ends the download where the caller left the loop early; the reason for that is on its way.
    reader.cancel().catch(() => {});
    reader.releaseLock();
  }
}
