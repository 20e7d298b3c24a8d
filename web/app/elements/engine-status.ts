import { css, html } from 'lit';
import type { Progress, TrainerInfo } from '../../lib/tabtrain.js';
import { megabytes, plural, timeLeft } from '../model/format.js';
import type { Studio } from '../model/studio.js';
import { alertIcon } from './icons.js';
import { StudioElement } from './studio-element.js';
import { base, buttons, cards, progressBars } from './styles.js';

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
    `,
  ];

  protected override watched({ engine }: Studio) {
    return [engine];
  }

  override render() {
    const { state } = this.studio.engine;
    if (state.name === 'loading') return this.#loading(state.progress);
    if (state.name === 'failed') return this.#failed(state.message);
    return this.#ready(state.info);
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

  #failed(message: string) {
    return html`
      <div class="error" role="alert">
        ${alertIcon}
        <p>${message} ${this.#photosStay()}</p>
        <button type="button" @click=${() => this.studio.restart()}>Start again</button>
      </div>
    `;
  }

  #photosStay(): string {
    const hasPhotos = this.studio.classes.list.some(({ photos }) => photos.length > 0);
    return hasPhotos ? 'Your photos are still here.' : '';
  }

  #ready({ weights, variant, threads, precision, reason }: TrainerInfo) {
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
          <dt>SHA-256</dt>
          <dd>${weights.sha256}</dd>
        </dl>
      </details>
      ${reason ? html`<p class="note">${reason} It works all the same, only slower.</p>` : null}
    `;
  }
}

customElements.define('tt-engine-status', EngineStatus);
