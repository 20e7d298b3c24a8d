/** Small enough that a cancel is soon heard. */
const pieceBytes = 4 * 1024 * 1024;

/** A file's bytes in pieces, to be pushed into the core. */
export function* piecesOf(bytes: Uint8Array<ArrayBuffer>) {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}
