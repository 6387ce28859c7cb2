import * as z from 'zod';
import {
  type PanelNotice,
  type PanelState,
  type PanelTexts,
  panelBootstrapSchema,
  panelStateSchema,
} from '../../extension/contracts/panel.ts';

/** What VS Code gives to a panel's page. */
interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

export interface PanelOptions<Incoming, Subject, View> {
  /** The messages that this panel understands. */
  readonly incoming: z.ZodType<Incoming>;
  readonly subject: z.ZodType<Subject>;
  /** How the panel was looked at, as it is kept from one start to the next. */
  readonly view: z.ZodType<View>;
}

const longestFault = 4000;

/**
 * A panel's side of the conversation with its host. There is one a page: VS Code hands its interface out
 * once. Nothing arrives before `listen`, which tells the host that the page is ready.
 */
export class PanelConnection<Incoming, Outgoing extends { readonly type: string }, Subject, View> {
  readonly texts: PanelTexts;
  readonly subject: Subject;
  /** What an earlier page of this panel has kept; undefined at the first start, and when it does not fit. */
  readonly restoredView: View | undefined;
  readonly #api: VsCodeApi;
  readonly #incoming: z.ZodType<Incoming>;

  /** @throws when the page does not hold what its host should have put there */
  constructor(options: PanelOptions<Incoming, Subject, View>) {
    const bootstrap = panelBootstrapSchema.parse(
      JSON.parse(document.getElementById('bootstrap')?.textContent ?? ''),
    );
    this.#api = acquireVsCodeApi();
    this.#incoming = options.incoming;
    this.texts = bootstrap.texts;
    this.subject = options.subject.parse(bootstrap.subject);
    this.restoredView = this.#readView(options.view);
    // The host finds the subject there after a restart, even when nobody has touched the panel.
    this.keepView(this.restoredView);
  }

  /** Hands each message that fits to `receive`, and says that the page is ready. */
  listen(receive: (message: Incoming) => void): void {
    addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const message = this.#incoming.safeParse(data);
      if (message.success) receive(message.data);
      else this.#notify({ type: 'fault', text: `Dropped a message: ${z.prettifyError(message.error)}` });
    });
    addEventListener('error', ({ message }) => this.#notify({ type: 'fault', text: message }));
    addEventListener('unhandledrejection', ({ reason }) =>
      this.#notify({ type: 'fault', text: String(reason) }),
    );
    this.#notify({ type: 'ready' });
  }

  post(message: Outgoing): void {
    this.#api.postMessage(message);
  }

  /** Keeps how the panel is looked at for its next start. */
  keepView(view: View | undefined): void {
    const state: PanelState = { subject: this.subject, view };
    this.#api.setState(state);
  }

  #readView(schema: z.ZodType<View>): View | undefined {
    const state = panelStateSchema.safeParse(this.#api.getState());
    return state.success ? schema.safeParse(state.data.view).data : undefined;
  }

  #notify(notice: PanelNotice): void {
    const text = notice.type === 'fault' ? { text: notice.text.slice(0, longestFault) } : {};
    this.#api.postMessage({ ...notice, ...text });
  }
}
