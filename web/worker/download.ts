import { Failure } from './failure.js';

/** No server answered. */
export class Unreachable extends Failure {}

/** Fetches `url`; what goes wrong is told with the address and what to look at. */
export async function download(what: string, url: string, signal: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Unreachable(
      'network',
      `${what} could not be fetched from ${url}. Check the connection and that this page's ` +
        'Content-Security-Policy allows the address, then try again.',
    );
  }
  if (!response.ok) {
    throw new Failure(
      'network',
      `${what} could not be fetched: ${url} answered ${response.status} ${response.statusText}`.trimEnd() +
        '. Check that the file is there, then try again.',
    );
  }
  if (response.headers.get('content-type')?.startsWith('text/html')) {
    throw new Failure(
      'network',
      `${url} answered with a web page instead of ${what.toLowerCase()}. ` +
        'Check the address, and that the server does not answer missing files with a page.',
    );
  }
  return response;
}
