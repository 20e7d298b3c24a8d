import { css } from 'lit';

/** What every element shares: box model, type, icons, and what only screen readers get. */
export const base = css`
  :host {
    display: block;
  }
  :host([hidden]) {
    display: none;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd,
  figure {
    margin: 0;
    padding: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  .icon {
    width: 1.25em;
    height: 1.25em;
    flex: none;
    fill: none;
    stroke: currentcolor;
    stroke-width: 1.8;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .muted {
    color: var(--muted);
  }
  .small {
    font-size: 0.875rem;
  }
  .screen-reader {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  :focus-visible {
    outline: 2.5px solid var(--accent);
    outline-offset: 2px;
  }
  a {
    color: var(--accent);
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      transition: none !important;
      animation: none !important;
    }
  }
`;

export const buttons = css`
  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.45em;
    min-height: 2.5rem;
    padding: 0.4rem 0.9rem;
    border: 1px solid var(--control);
    border-radius: 999px;
    background: var(--card);
    color: var(--ink);
    font: inherit;
    font-size: 0.9375rem;
    font-weight: 550;
    line-height: 1.2;
    cursor: pointer;
    transition:
      background 0.15s,
      border-color 0.15s;
  }
  button:hover {
    border-color: var(--accent);
    background: var(--accent-soft);
  }
  button.primary {
    border-color: transparent;
    background: var(--accent);
    color: var(--on-accent);
  }
  button.primary:hover {
    background: var(--accent-strong);
  }
  button.plain {
    border-color: transparent;
    background: none;
    color: var(--accent);
  }
  button.plain:hover {
    background: var(--accent-soft);
  }
  button.round {
    width: 2.5rem;
    padding: 0;
    border-color: transparent;
    background: none;
    color: var(--muted);
  }
  button.round:hover {
    background: var(--sunken);
    color: var(--ink);
  }
  button.danger {
    border-color: transparent;
    background: var(--bad);
    color: var(--card);
  }
  button:disabled {
    border-color: var(--line);
    background: var(--sunken);
    color: var(--muted);
    cursor: not-allowed;
  }
`;

export const cards = css`
  .card {
    padding: 1.1rem;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--card);
    box-shadow: var(--shadow);
  }
  .note,
  .error {
    display: flex;
    gap: 0.6rem;
    padding: 0.7rem 0.9rem;
    border-radius: 12px;
    background: var(--note-soft);
    color: var(--note);
    font-size: 0.9375rem;
  }
  .error {
    background: var(--bad-soft);
    color: var(--bad);
  }
  .note > *,
  .error > * {
    min-width: 0;
    overflow-wrap: anywhere;
  }
  summary {
    width: fit-content;
    border-radius: 6px;
    color: var(--muted);
    font-size: 0.9375rem;
    cursor: pointer;
  }
  summary:hover {
    color: var(--ink);
  }
`;

export const progressBars = css`
  progress {
    display: block;
    width: 100%;
    height: 8px;
    border: 0;
    border-radius: 999px;
    overflow: hidden;
    appearance: none;
    background: var(--line);
    color: var(--hue, var(--accent));
  }
  progress::-webkit-progress-bar {
    background: var(--line);
  }
  progress::-webkit-progress-value {
    border-radius: 999px;
    background: var(--hue, var(--accent));
  }
  progress:indeterminate {
    background: linear-gradient(90deg, var(--line) 35%, var(--accent) 50%, var(--line) 65%);
    background-size: 300% 100%;
    animation: pass 1.8s linear infinite;
  }
  progress:indeterminate::-webkit-progress-bar {
    background: none;
  }
  @keyframes pass {
    from {
      background-position: 100% 0;
    }
    to {
      background-position: -50% 0;
    }
  }
  progress::-moz-progress-bar {
    border-radius: 999px;
    background: var(--hue, var(--accent));
  }
`;

/** The colour of a class, by its `data-hue`. */
export const classHues = css`
  [data-hue='0'] {
    --hue: var(--class-0);
  }
  [data-hue='1'] {
    --hue: var(--class-1);
  }
  [data-hue='2'] {
    --hue: var(--class-2);
  }
  [data-hue='3'] {
    --hue: var(--class-3);
  }
  [data-hue='4'] {
    --hue: var(--class-4);
  }
  [data-hue='5'] {
    --hue: var(--class-5);
  }
  [data-hue='6'] {
    --hue: var(--class-6);
  }
  [data-hue='7'] {
    --hue: var(--class-7);
  }
`;
