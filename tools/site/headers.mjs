/**
 * Nothing but our own origin: no other address is reached, no form sent, no frame opened. A page's
 * policy does not bind a worker that was loaded from an address, so every response carries it.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "img-src 'self' blob:",
  "style-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-src 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What makes `crossOriginIsolated` true, which threads need. */
export const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/**
 * Headers of every response.
 * @param {{ isolation?: boolean }} [options]
 * @returns {Record<string, string>}
 */
export function siteHeaders({ isolation = true } = {}) {
  return {
    ...(isolation ? ISOLATION : {}),
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    'Connection-Allowlist': '(response-origin)', // as the policy, and also for what it cannot bind
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  };
}

const HASHED_FOLDER = '/assets/';
const FOREVER = 'public, max-age=31536000, immutable';
const REVALIDATE = 'no-cache';

/**
 * Names in assets/ have a hash of their content in them; whatever else may change.
 * @param {string} path of the address
 */
export function cacheControl(path) {
  return path.startsWith(HASHED_FOLDER) ? FOREVER : REVALIDATE;
}

/** The same headers as a file that Netlify, Cloudflare and others read. */
export function headersFile() {
  const lines = Object.entries(siteHeaders()).map(([name, value]) => `  ${name}: ${value}\n`);
  return `/*\n${lines.join('')}${HASHED_FOLDER}*\n  Cache-Control: ${FOREVER}\n`;
}
