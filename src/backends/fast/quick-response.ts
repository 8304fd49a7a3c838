import type { Dispatcher } from 'undici';
import { answerTooLong, mostStreamedBytes, mostWholeBytes } from '../../model/bounded-response.ts';
import type { QuickRequest } from './quick-fetch.ts';

type Controller = Dispatcher.DispatchController;
type ResponseHeaders = Record<string, string | string[] | undefined>;

// What may wait for a slow reader before the server is told to wait.
const mostWaiting = 65_536;
const mostLingeringMs = 1000;

/** What carries a response to whoever waits for it. */
interface ResponseWaiter {
  resolve(response: QuickResponse): void;
  reject(error: unknown): void;
}

// What says nothing of a charset is UTF-8.
function isForeign(type: string | string[] | undefined): boolean {
  return typeof type === 'string' && type.includes('charset') && !/=\W?(?:utf-?8|us-)/i.test(type);
}

/**
 * A response as undici tells of it, event by event: its text is gathered, or its pieces are read as
 * they come. It looks like that of `fetch` as far as clients ask, and costs no stream of Node's
 * where none is asked for.
 */
export class QuickResponse implements Dispatcher.DispatchHandler {
  status = 0;
  /** Whether the server has compressed the body, or written it in another charset. */
  isCoded = false;
  /** That it counts its own bytes. */
  get isBounded(): true {
    return true;
  }
  readonly redirected = false;
  readonly type = 'default';
  readonly statusText = '';
  readonly url: string;
  #headers: ResponseHeaders = {};
  #waiter: ResponseWaiter | undefined;
  readonly #signal: AbortSignal | undefined;
  #controller: Controller | undefined;
  #pieces: Uint8Array[] = [];
  #waiting = 0;
  #received = 0;
  #isGathered = false;
  #hasEnded = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;
  #body: ReadableStream<Uint8Array> | undefined;
  #isUsed = false;
  #isDismissed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor({ url, signal }: QuickRequest, waiter: ResponseWaiter) {
    this.url = url;
    this.#signal = signal;
    this.#waiter = waiter;
    signal?.addEventListener('abort', this, { once: true });
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  get bodyUsed(): boolean {
    return this.#isUsed;
  }

  /** The headers as a plain object, names in lower case. */
  headersByName(): Record<string, string> {
    const found: Record<string, string> = {};
    for (const name in this.#headers) found[name] = String(this.#headers[name] ?? '');
    return found;
  }

  get headers(): Headers {
    return new Headers(this.headersByName());
  }

  get body(): ReadableStream<Uint8Array> {
    this.#body ??= this.#streamed();
    return this.#body;
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const { buffer, byteOffset, length } = await this.#gathered();
    return buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer;
  }

  async text(): Promise<string> {
    const text = (await this.#gathered()).toString('utf8');
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  /** Takes a piece that has come; `undefined` where none waits. */
  take(): Uint8Array | undefined {
    this.#isUsed = true;
    const piece = this.#pieces.shift();
    if (!piece) return undefined;
    this.#waiting -= piece.length;
    if (this.#controller?.paused && this.#waiting < mostWaiting / 2) this.#controller.resume();
    return piece;
  }

  /**
   * Waits for a piece; false at the end. @throws TypeError as `fetch` does, or the signal's reason
   */
  async more(): Promise<boolean> {
    while (this.#pieces.length === 0) {
      if (this.#failure) throw this.#failure.error;
      if (this.#hasEnded) return false;
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
    return true;
  }

  /**
   * Lets the rest come unread, so that the connection serves again; what takes longer than a second
   * is cut.
   */
  dismiss(): void {
    if (this.#hasEnded || this.#failure) return;
    this.#signal?.removeEventListener('abort', this);
    this.#isDismissed = true;
    this.#pieces = [];
    this.#controller?.resume();
    this.#timer = setTimeout(() => this.cancel(), mostLingeringMs).unref();
  }

  /** Ends the response; what is still to come is not read. */
  cancel(): void {
    if (this.#hasEnded || this.#failure) return;
    this.#fail(new TypeError('terminated'));
    this.#controller?.abort(new DOMException('The response was cancelled.', 'AbortError'));
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#signal?.aborted) controller.abort(this.#signal.reason);
  }

  /** The signal was aborted, before the request was on its way or after. */
  handleEvent(): void {
    const reason = this.#signal?.reason;
    if (this.#controller) this.#controller.abort(reason);
    else this.#waiter?.reject(reason);
  }

  onResponseStart(_controller: Controller, status: number, headers: ResponseHeaders): void {
    // What comes before 200 tells of an answer to come.
    if (status < 200) return;
    this.status = status;
    this.#headers = headers;
    this.isCoded = headers['content-encoding'] !== undefined || isForeign(headers['content-type']);
    this.#waiter?.resolve(this);
    this.#waiter = undefined;
  }

  onResponseData(controller: Controller, piece: Uint8Array): void {
    if (this.#isDismissed || this.#failure) return;
    this.#pieces.push(piece);
    this.#waiting += piece.length;
    this.#received += piece.length;
    if (this.#received > (this.#isGathered ? mostWholeBytes : mostStreamedBytes)) {
      this.#overflow();
      return;
    }
    if (this.#isGathered) return;
    if (this.#waiting >= mostWaiting) controller.pause();
    this.#woken();
  }

  onResponseEnd(): void {
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this);
    this.#woken();
  }

  onResponseError(_controller: Controller | undefined, cause: Error): void {
    this.#signal?.removeEventListener('abort', this);
    const reason = this.#signal?.aborted ? this.#signal.reason : undefined;
    const waiter = this.#waiter;
    this.#waiter = undefined;
    if (waiter) waiter.reject(reason ?? new TypeError('fetch failed', { cause }));
    else if (!this.#failure) this.#fail(reason ?? new TypeError('terminated', { cause }));
  }

  #overflow(): void {
    this.#fail(answerTooLong(this.#isGathered ? mostWholeBytes : mostStreamedBytes));
    this.#controller?.abort(new DOMException('The answer is too long.', 'AbortError'));
  }

  #fail(error: unknown): void {
    this.#failure = { error };
    this.#pieces = [];
    this.#woken();
  }

  #woken(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  async #gathered(): Promise<Buffer> {
    this.#isUsed = true;
    this.#isGathered = true;
    if (this.#controller?.paused) this.#controller.resume();
    while (!this.#hasEnded) {
      if (this.#failure) throw this.#failure.error;
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces.length === 1
      ? Buffer.from(pieces[0]!.buffer, pieces[0]!.byteOffset, pieces[0]!.length)
      : Buffer.concat(pieces);
  }

  #streamed(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>({
      pull: async controller => {
        try {
          const piece = (await this.more()) ? this.take() : undefined;
          if (piece) controller.enqueue(piece);
          else controller.close();
        } catch (error) {
          controller.error(error);
        }
      },
      cancel: () => this.cancel(),
    });
  }
}
