import type { CoreSession, CoreWeights } from './core.js';
import type { Context } from './dispatcher.js';
import { Failure, invoke } from './failure.js';
import { Progress } from './progress.js';
import type { LoadedWeights, Precision, WeightsSource } from './protocol.js';
import { Shelf, type ShelfWriter } from './shelf.js';
import { type Found, findWeights, type Pieces } from './weight-source.js';

/** Pieces of a kept file: small enough that a cancel is soon heard. */
const pieceBytes = 4 * 1024 * 1024;

/**
 * Loads weights into the core: the copy that is kept on this device, if there is one, else from
 * where they come, of which a copy is then kept.
 */
export async function loadWeights(
  session: CoreSession,
  source: WeightsSource,
  precision: 'auto' | Precision,
  context: Context,
): Promise<LoadedWeights> {
  invoke(() => session.weightsBegin(precision));
  const shelf = await Shelf.open();
  const found = await findWeights(source, context);
  const load = (pieces: Pieces, writer: ShelfWriter | null = null) =>
    push(session, pieces, found.name, writer, context);
  try {
    const kept = found.wanted && (await shelf?.find(found.wanted));
    const bytes = await kept?.read();
    if (kept && bytes) {
      return { ...(await load(piecesOf(bytes))), kept: kept.sha256, notice: null };
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
): Promise<LoadedWeights> {
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

function piecesOf(bytes: Uint8Array<ArrayBuffer>): Pieces {
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  }
  return { total: bytes.length, pieces: pieces() };
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
