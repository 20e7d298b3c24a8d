import { css, html } from 'lit';
import type { Progress } from '../../lib/tabtrain.js';
import type { EngineState } from '../model/engine.js';
import { megabytes, plural, timeLeft } from '../model/format.js';
import type { Studio } from '../model/studio.js';
import { DropTarget } from './drop-target.js';
import { alertIcon } from './icons.js';
import { StudioElement } from './studio-element.js';
import { base, buttons, cards, progressBars } from './styles.js';
import type { WeightsPicker } from './weights-picker.js';
import './weights-picker.js';

/** How the network loads, and then which weights the page runs on and how. */
export class EngineStatus extends StudioElement {
  static override styles = [
    base,
    buttons,
    cards,
    progressBars,
    css`
      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.4rem 1rem;
        padding: 0.7rem 1.1rem;
      }
      .row progress {
        flex: 1 1 10rem;
      }
      .error {
        align-items: center;
        flex-wrap: wrap;
      }
      .error p {
        flex: 1 1 14rem;
      }
      details {
        padding: 0.7rem 1.1rem;
      }
      summary {
        width: auto;
        color: var(--ink);
      }
      .badges {
        display: inline-flex;
        flex-wrap: wrap;
        gap: 0.35rem;
        margin-left: 0.5rem;
        vertical-align: middle;
      }
      .badge {
        padding: 0.1rem 0.6rem;
        border-radius: 999px;
        background: var(--sunken);
        color: var(--muted);
        font-size: 0.8125rem;
      }
      .badge.ready {
        background: var(--good-soft);
        color: var(--good);
      }
      .badge.slow {
        background: var(--note-soft);
        color: var(--note);
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 0.3rem 1.2rem;
        padding-top: 0.8rem;
        font-size: 0.9375rem;
        overflow-wrap: anywhere;
      }
      dt {
        color: var(--muted);
      }
      .note {
        margin-top: 0.6rem;
      }
      tt-weights-picker {
        margin-top: 0.9rem;
      }
      :host([dropping]) .card {
        border-color: var(--accent);
        background: var(--accent-soft);
      }
    `,
  ];

  constructor() {
    super();
    new DropTarget(this, ([first]) => this.#drop(first?.file));
  }

  protected override watched({ engine }: Studio) {
    return [engine];
  }

  override render() {
    const { state } = this.studio.engine;
    if (state.name === 'loading') return this.#loading(state.progress);
    if (state.name === 'failed') return this.#failed(state.message);
    return this.#ready(state);
  }

  #loading(progress: Progress | null) {
    const { done = 0, total = null, secondsLeft = null } = progress ?? {};
    const isDownload = progress?.phase === 'weights';
    const size = total === null ? megabytes(done) : `${megabytes(done)} of ${megabytes(total)}`;
    return html`
      <div class="card row">
        <span>Loading the network${isDownload ? `: ${size}` : ''}</span>
        ${
          isDownload && total !== null
            ? html`<progress aria-label="Network loaded" max=${total} .value=${done}></progress>`
            : html`<progress aria-label="Network loading"></progress>`
        }
        <span class="muted small">${timeLeft(secondsLeft) || 'You can add photos meanwhile.'}</span>
      </div>
    `;
  }

  #tuning() {
    const { tuning } = this.studio.engine;
    if (!tuning) return null;
    const { done, total, secondsLeft } = tuning;
    return html`
      <div class="row">
        <span role="status">Tuning int8 to your photos</span>
        <progress aria-label="Photos tuned to" max=${total ?? 1} .value=${done}></progress>
        <span class="muted small">
          ${timeLeft(secondsLeft) || 'It makes everything after it faster.'}
        </span>
      </div>
    `;
  }

  #failed(message: string) {
    return html`
      <div class="error" role="alert">
        ${alertIcon}
        <p>${message} ${this.#photosStay()}</p>
        <button type="button" @click=${() => this.studio.restart()}>Start again</button>
      </div>
      <tt-weights-picker .studio=${this.studio}></tt-weights-picker>
    `;
  }

  async #drop(file: File | undefined): Promise<void> {
    const details = this.renderRoot.querySelector('details');
    if (details) details.open = true; // where progress and problems are shown
    if (file) await this.renderRoot.querySelector<WeightsPicker>('tt-weights-picker')?.use(file);
  }

  #photosStay(): string {
    const hasPhotos = this.studio.classes.list.some(({ photos }) => photos.length > 0);
    return hasPhotos ? 'Your photos are still here.' : '';
  }

  #ready({ info, notice }: Extract<EngineState, { name: 'ready' }>) {
    const { weights, variant, threads, precision, precisionReason, reason } = info;
    const simd = variant.startsWith('relaxed') ? 'relaxed SIMD' : 'SIMD';
    return html`
      <details class="card">
        <summary>
          Runs InceptionV3 with the weights <strong>${weights.name}</strong>
          <span class="badges">
            <span class="badge ready">ready</span>
            <span class="badge ${threads === 1 ? 'slow' : ''}">${plural(threads, 'thread')}</span>
            <span class="badge">${simd}</span>
            <span class="badge">${precision}</span>
          </span>
        </summary>
        <dl>
          <dt>Weights</dt>
          <dd>${weights.name}, from ${weights.source}</dd>
          <dt>Licence</dt>
          <dd>${weights.licence}</dd>
          <dt>Features from</dt>
          <dd>${weights.featureLayers.join(', ')}</dd>
          <dt>Build</dt>
          <dd>${variant}, ${plural(threads, 'thread')}, ${precision}</dd>
          ${precisionReason ? html`<dt>Arithmetic</dt><dd>${precision}: ${precisionReason}</dd>` : null}
          <dt>SHA-256</dt>
          <dd>${weights.sha256}</dd>
          <dt>On this device</dt>
          <dd>${weights.notice ?? (weights.kept ? 'kept, and checked at each start' : 'not kept')}</dd>
        </dl>
        <tt-weights-picker .studio=${this.studio}></tt-weights-picker>
      </details>
      ${this.#tuning()}
      ${notice ? html`<p class="note" role="alert">${notice}</p>` : null}
      ${reason ? html`<p class="note">${reason} It works all the same, only slower.</p>` : null}
    `;
  }
}

customElements.define('tt-engine-status', EngineStatus);
