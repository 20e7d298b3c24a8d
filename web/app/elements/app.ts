import { css, html } from 'lit';
import { filesOfList } from '../model/files.js';
import { Studio } from '../model/studio.js';
import { ClassCard } from './class-card.js';
import { shieldIcon } from './icons.js';
import { StudioElement } from './studio-element.js';
import { base, cards } from './styles.js';
import { pageTitle } from './title.js';
import { TrialPanel } from './trial-panel.js';
import './class-list.js';
import './engine-status.js';
import './sample-button.js';
import './training-panel.js';

/** The page: three steps side by side, or one below the other. */
export class App extends StudioElement {
  static override styles = [
    base,
    cards,
    css`
      .page {
        max-width: 90rem;
        padding: 1.1rem clamp(0.9rem, 3vw, 2rem) 3rem;
        margin: 0 auto;
      }
      .top {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 0.6rem 0.8rem;
      }
      .brand {
        display: flex;
        align-items: center;
        gap: 0.6rem;
        font-size: 1.25rem;
        font-weight: 750;
        letter-spacing: -0.02em;
      }
      .brand img {
        display: block;
        width: 2rem;
        height: 2rem;
      }
      .privacy {
        position: relative;
      }
      .privacy summary {
        display: flex;
        align-items: center;
        gap: 0.45rem;
        padding: 0.4rem 0.85rem 0.4rem 0.65rem;
        border-radius: 999px;
        background: var(--good-soft);
        color: var(--good);
        font-weight: 600;
        list-style: none;
      }
      .privacy summary::-webkit-details-marker {
        display: none;
      }
      .privacy .card {
        position: absolute;
        top: calc(100% + 0.5rem);
        right: 0;
        z-index: 2;
        width: min(24rem, calc(100vw - 2rem));
        font-size: 0.9375rem;
      }
      .privacy .card p + p {
        margin-top: 0.6rem;
      }
      .intro {
        display: grid;
        gap: 0.5rem;
        padding: clamp(1.2rem, 3vw, 2.2rem) 0 clamp(1rem, 2.5vw, 1.8rem);
      }
      h1 {
        font-size: clamp(1.75rem, 4.2vw, 2.75rem);
        font-weight: 780;
        line-height: 1.1;
        letter-spacing: -0.03em;
        text-wrap: balance;
      }
      .intro p {
        max-width: 44rem;
        color: var(--muted);
        font-size: 1.0625rem;
      }
      tt-sample-button {
        margin-top: 0.4rem;
      }
      .steps {
        display: grid;
        gap: 2rem 1.5rem;
        margin-top: 1.6rem;
      }
      h2 {
        display: flex;
        align-items: center;
        gap: 0.6rem;
        margin-bottom: 0.8rem;
        font-size: 1.1875rem;
        font-weight: 700;
        letter-spacing: -0.01em;
      }
      h2 span {
        display: grid;
        place-items: center;
        width: 1.75rem;
        height: 1.75rem;
        border-radius: 999px;
        background: var(--ink);
        color: var(--paper);
        font-size: 0.9375rem;
      }
      footer {
        margin-top: 3rem;
        color: var(--muted);
      }
      @media (max-width: 30rem) {
        .privacy summary {
          font-size: 0.875rem;
        }
      }
      @media (min-width: 46rem) {
        .steps {
          grid-template-columns: minmax(0, 1fr) minmax(18rem, 21rem);
          grid-template-rows: auto 1fr;
          align-items: start;
        }
        .steps > :first-child {
          grid-row: span 2;
        }
      }
      @media (min-width: 72rem) {
        .steps {
          grid-template-rows: auto;
          grid-template-columns: minmax(0, 1fr) 20rem 20rem;
        }
        .steps > :first-child {
          grid-row: auto;
        }
        .steps > :not(:first-child) {
          position: sticky;
          top: 1rem;
          max-height: calc(100vh - 2rem);
          padding: 4px 12px 24px;
          margin: -4px -12px -24px;
          overflow-y: auto;
        }
      }
    `,
  ];

  constructor() {
    super();
    this.studio = new Studio();
    this.studio.start();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('dragover', refuseDrop);
    window.addEventListener('drop', refuseDrop);
    window.addEventListener('paste', this.#paste);
    window.addEventListener('beforeunload', this.#warn);
  }

  protected override watched({ announcer, classes, training }: Studio) {
    return [announcer, classes, training];
  }

  override updated(): void {
    document.title = pageTitle(this.studio);
  }

  override render() {
    const { studio } = this;
    return html`
      <div class="page">
        <header class="top">
          <p class="brand"><img src="./icon.svg" alt="" />tabtrain</p>
          ${this.#privacy()}
        </header>
        <main>
          <div class="intro">
            <h1>Teach this tab to tell your photos apart</h1>
            <p>
              Drop photos of two or more kinds, press Train, and try it on a new photo. It takes
              seconds, and it all happens on your own computer.
            </p>
            <tt-sample-button .studio=${studio}></tt-sample-button>
          </div>
          <tt-engine-status .studio=${studio}></tt-engine-status>
          <div class="steps">
            <section aria-labelledby="photos">
              <h2 id="photos"><span>1</span>Photos</h2>
              <tt-class-list .studio=${studio}></tt-class-list>
            </section>
            <section aria-labelledby="train">
              <h2 id="train"><span>2</span>Train</h2>
              <tt-training-panel .studio=${studio}></tt-training-panel>
            </section>
            <section aria-labelledby="try">
              <h2 id="try"><span>3</span>Try it</h2>
              <tt-trial-panel .studio=${studio}></tt-trial-panel>
            </section>
          </div>
        </main>
        <footer class="small">
          Nothing is uploaded: photos are opened, learnt from and forgotten in this tab.
        </footer>
      </div>
      <div class="screen-reader" role="status">${studio.announcer.text}</div>
    `;
  }

  #privacy() {
    return html`
      <details class="privacy">
        <summary>${shieldIcon}Nothing is uploaded</summary>
        <div class="card">
          <p>
            Your photos stay on your computer. The network that looks at them was loaded into this
            tab and runs here; no server sees a photo, a class name or a result.
          </p>
          <p class="muted">
            You can check it: once the network is loaded, disconnect from the internet. Training
            and trying go on working. Close the tab, and everything is gone.
          </p>
        </div>
      </details>
    `;
  }

  /** Photos go where the focus is: to a class, to be tried, or to the first class without any. */
  readonly #paste = (event: ClipboardEvent) => {
    const files = filesOfList(event.clipboardData?.files ?? []);
    if (files.length === 0) return;
    event.preventDefault();
    const { classes, trials, training, announcer } = this.studio;
    const path = event.composedPath();
    const card = path.find((target) => target instanceof ClassCard);
    if (card) return card.addFiles(files);
    if (training.hasModel || path.some((target) => target instanceof TrialPanel)) {
      return trials.add(files);
    }
    const photoClass = classes.list.find(({ photos }) => photos.length === 0) ?? classes.add();
    classes.addFiles(photoClass, files);
    announcer.say(`Pasted into ${photoClass.name}.`);
  };

  /** Photos and model live in this tab alone: ask before it is left. */
  readonly #warn = (event: BeforeUnloadEvent) => {
    if (this.studio.classes.list.some(({ photos }) => photos.length > 0)) event.preventDefault();
  };
}

/** A file dropped beside a target would otherwise replace the page. */
function refuseDrop(event: DragEvent): void {
  if (!event.dataTransfer?.types.includes('Files')) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = 'none';
}

customElements.define('tt-app', App);
