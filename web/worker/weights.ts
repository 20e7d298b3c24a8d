import type { CoreSession, CoreWeights } from './core.js';
import type { Context } from './dispatcher.js';
import { download } from './download.js';
import { Failure, invoke } from './failure.js';
import { Progress } from './progress.js';
import type { LoadedWeights, Precision } from './protocol.js';

interface Source {
  name: string;
  stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Bytes; null where the server does not say. */
  total: number | null;
}

/** Streams a weight file into the core. */
export async function loadWeights(
  session: CoreSession,
  source: string | Blob,
  precision: 'auto' | Precision,
  context: Context,
): Promise<LoadedWeights> {
  const { name, stream, total } = await openSource(source, context.signal);
  const progress = new Progress(context, 'weights', total);
  invoke(() => session.weightsBegin());
  for await (const chunk of chunks(stream, name)) {
    if (progress.done === 0) checkSignature(chunk, name);
    invoke(() => session.weightsPush(chunk));
    await progress.advance(chunk.length, name);
    await context.pause();
  }
  const weights = withPrecision(invoke(() => session.weightsFinish()));
  checkPrecision(weights, precision);
  return weights;
}

async function openSource(source: string | Blob, signal: AbortSignal): Promise<Source> {
  if (source instanceof Blob) {
    const name = source instanceof File ? source.name : 'the weight file';
    return { name, stream: source.stream(), total: source.size };
  }
  const response = await download('The weight file', source, signal);
  if (!response.body) throw new Failure('network', `${source} answered with nothing.`);
  return { name: fileName(source), stream: response.body, total: contentLength(response) };
}

function fileName(url: string): string {
  return decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? url);
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
  }
}

/** Names the two files that are most often given instead of weights. */
function checkSignature(chunk: Uint8Array, name: string): void {
  const start = String.fromCharCode(...chunk.subarray(0, 8));
  if (start.startsWith('\x89HDF')) {
    throw new Failure(
      'invalid-weights',
      `${name} is a Keras HDF5 file. Import it to safetensors first; weights/README.md says how.`,
    );
  }
  if (start.trimStart().startsWith('<')) {
    throw new Failure('invalid-weights', `${name} is a web page, not weights. Check its address.`);
  }
}

function withPrecision(weights: CoreWeights): LoadedWeights {
  return { ...weights, precision: weights.dtype.toUpperCase() === 'I8' ? 'int8' : 'float32' };
}

function checkPrecision({ name, precision }: LoadedWeights, asked: 'auto' | Precision): void {
  if (asked === 'auto' || asked === precision) return;
  throw new Failure(
    'invalid-argument',
    `The weights ${name} are ${precision}, and precision '${asked}' was asked for. ` +
      `Pass weights in ${asked}, or precision: 'auto'.`,
  );
}
