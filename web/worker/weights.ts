import { keptCalibration } from './calibration.js';
import type { CoreCalibration, CorePooling, CoreSession, CoreWeights } from './core.js';
import type { Context } from './dispatcher.js';
import { Failure, invoke } from './failure.js';
import { piecesOf } from './pieces.js';
import { Progress } from './progress.js';
import type { Precision, WeightsSource } from './protocol.js';
import { Shelf, type ShelfWriter } from './shelf.js';
import { type Found, findWeights, type Pieces } from './weight-source.js';

export interface Loading {
  source: WeightsSource;
  precision: 'auto' | Precision;
  pooling: CorePooling;
}

/** The weights, and where they are. */
export interface WeightsInCore extends CoreWeights {
  /** SHA-256 of the copy that is kept on this device; null when there is none. */
  kept: string | null;
  /** What a person should know of the loading, in a sentence. */
  notice: string | null;
}

/**
 * Loads weights into the core: the copy that is kept on this device, if there is one, else from
 * where they come, of which a copy is then kept.
 */
export async function loadWeights(
  session: CoreSession,
  { source, precision, pooling }: Loading,
  context: Context,
): Promise<WeightsInCore> {
  const begin = (calibration: CoreCalibration | null) =>
    invoke(() => session.weightsBegin(precision, calibration));
  begin(null); // before anything is fetched in vain
  const shelf = await Shelf.open();
  const found = await findWeights(source, context);
  const load = (pieces: Pieces, writer: ShelfWriter | null = null) =>
    push(session, pieces, found.name, writer, context);
  try {
    const kept = found.wanted && (await shelf?.find(found.wanted));
    const bytes = await kept?.read();
    if (shelf && kept && bytes) {
      begin(await keptCalibration(shelf, kept.sha256, pooling));
      return {
        ...(await load({ total: bytes.length, pieces: piecesOf(bytes) })),
        kept: kept.sha256,
        notice: null,
      };
    }
    const damage = kept ? 'The copy kept on this device was damaged and has been deleted.' : null;
    return await loadAnew(found, shelf, damage, load);
  } finally {
    found.close();
  }
}

async function loadAnew(
  found: Found,
  shelf: Shelf | null,
  damage: string | null,
  load: (pieces: Pieces, writer: ShelfWriter | null) => Promise<CoreWeights>,
): Promise<WeightsInCore> {
  const pieces = await found.open(damage);
  const writer = (found.origin && (await shelf?.write(found.origin).catch(() => null))) ?? null;
  try {
    const weights = await load(pieces, writer);
    const kept = (await writer?.commit()) ?? null;
    return { ...weights, kept, notice: damage ?? noticeOf(found, writer) };
  } catch (error) {
    await writer?.drop();
    throw error;
  }
}

function noticeOf({ origin }: Found, writer: ShelfWriter | null): string | null {
  if (origin === null || (writer && !writer.problem)) return null;
  const reason = writer?.problem ?? 'the browser lets this page keep no files';
  return `No copy of the weights could be kept on this device, because ${reason}.`;
}

/** Streams our file into the core and, beside it, onto the shelf. */
async function push(
  session: CoreSession,
  { total, pieces }: Pieces,
  name: string,
  writer: ShelfWriter | null,
  context: Context,
): Promise<CoreWeights> {
  const progress = new Progress(context, 'weights', total);
  for await (const piece of pieces) {
    if (progress.done === 0) checkSignature(piece, name);
    invoke(() => session.weightsPush(piece));
    writer?.write(piece);
    await progress.advance(piece.length, name);
    await context.pause();
  }
  return invoke(() => session.weightsFinish());
}

/** Names the file that is most often given instead of weights. */
function checkSignature(piece: Uint8Array, name: string): void {
  if (
    String.fromCharCode(...piece.subarray(0, 8))
      .trimStart()
      .startsWith('<')
  ) {
    throw new Failure('invalid-weights', `${name} is a web page, not weights. Check its address.`);
  }
}
