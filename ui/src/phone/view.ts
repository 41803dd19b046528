// What is on the page. Small and without a library: it has to come over a weak network to an old phone.

import type { Shot, Shots } from "./shots";
import type { PhoneTexts } from "./texts/zh";

/** An element with properties and children. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<Omit<HTMLElementTagNameMap[K], "children">> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** A page that only says something. */
export function notice(texts: PhoneTexts, text: string, onRetry?: () => void): HTMLElement {
  const said = element("p", { className: "notice" }, text);
  said.setAttribute("role", "status");
  const retry = onRetry && element("button", { type: "button", className: "primary", onclick: onRetry }, texts.retry);
  return element("main", {}, element("h1", {}, texts.product), said, ...(retry ? [retry] : []));
}

function named<T extends HTMLElement>(made: T, name: string): T {
  made.setAttribute("aria-label", name);
  return made;
}

interface Camera {
  label: string;
  className: string;
  /** One from the camera, or several from the album. */
  from: "camera" | "album";
  onFiles: (files: readonly File[]) => void;
}

/** The file input itself is what is tapped; its label is what is seen. */
function camera({ label, className, from, onFiles }: Camera): HTMLLabelElement {
  const input = named(element("input", { type: "file", accept: "image/*" }), label);
  if (from === "camera") input.setAttribute("capture", "environment");
  else input.multiple = true;
  input.onchange = () => {
    onFiles([...(input.files ?? [])]);
    // The same file may be chosen again.
    input.value = "";
  };
  return element("label", { className }, element("span", {}, label), input);
}

/** The page of a slot. Give it the shots again whenever they change. */
export class SlotPage {
  readonly main: HTMLElement;
  readonly #texts: PhoneTexts;
  readonly #shots: Shots;
  readonly #list = element("ol", { className: "shots" });
  readonly #adding = element("div", { className: "adding" });
  readonly #room = element("p", { className: "room" });
  readonly #done: HTMLButtonElement;
  /** What became of the last photo, for who can't see it. */
  readonly #said = element("p", { className: "said" });
  readonly #items = new Map<number, { shot: Shot; item: HTMLLIElement; picture: HTMLImageElement | null }>();
  #wasOpen: boolean | null = null;

  constructor(texts: PhoneTexts, slot: string, guide: string, shots: Shots, onDone: () => void) {
    this.#texts = texts;
    this.#shots = shots;
    this.#done = element("button", { type: "button", className: "plain", onclick: onDone }, texts.done);
    this.#said.setAttribute("role", "status");
    this.main = element(
      "main",
      {},
      element("p", { className: "product" }, texts.product),
      element("h1", {}, texts.title(slot)),
      element("p", { className: "guide" }, guide),
      this.#adding,
      this.#room,
      this.#list,
      this.#said,
      this.#done,
      element("p", { className: "fine" }, texts.sealed),
    );
    this.update();
  }

  update(): void {
    const shots = this.#shots.list();
    for (const shot of shots) this.#show(shot);
    const room = this.#shots.room();
    // What has not come may be nowhere but in this page.
    this.#done.disabled = !this.#shots.isSettled();
    const leftOut = this.#shots.leftOut();
    const more = room > 0 ? this.#texts.room(room) : this.#texts.full;
    this.#room.textContent = leftOut > 0 ? `${this.#texts.leftOut(leftOut)} ${more}` : more;
    this.#offer(room > 0, shots.length === 0);
  }

  /** Ways to add a photo, while there is room. They stay as they are otherwise: one of them may have the focus. */
  #offer(isOpen: boolean, isFirst: boolean): void {
    if (this.#wasOpen !== isOpen) {
      const add = (files: readonly File[]) => this.#shots.add(files);
      const ways = [
        camera({ label: this.#texts.take, className: "button primary", from: "camera", onFiles: add }),
        camera({ label: this.#texts.pick, className: "button plain", from: "album", onFiles: add }),
      ];
      this.#adding.replaceChildren(...(isOpen ? ways : []));
      this.#wasOpen = isOpen;
    }
    const label = isFirst ? this.#texts.take : this.#texts.takeMore;
    const [span, input] = this.#adding.firstElementChild?.children ?? [];
    if (!span || !input || span.textContent === label) return;
    span.textContent = label;
    input.setAttribute("aria-label", label);
  }

  #show(shot: Shot): void {
    const known = this.#items.get(shot.n);
    if (known?.shot === shot) return;
    const item = known?.item ?? this.#list.appendChild(element("li"));
    const isSame = known && known.shot.file === shot.file;
    const picture = isSame ? known.picture : pictureOf(shot.file);
    if (known?.picture && !isSame) URL.revokeObjectURL(known.picture.src);
    this.#items.set(shot.n, { shot, item, picture });
    if (isSame && known.shot.state.kind === "sending" && shot.state.kind === "sending") {
      this.#progress(item, shot.state.sent);
      return;
    }
    const hadFocus = item.contains(document.activeElement);
    const state = this.#state(shot);
    item.replaceChildren(...(picture ? [picture] : []), state);
    if (hadFocus) {
      // What was pressed is gone: the keyboard stays with the photo.
      item.tabIndex = -1;
      item.focus();
    }
    if (isEnd(shot.state)) this.#said.textContent = state.textContent;
  }

  #progress(item: HTMLElement, sent: number): void {
    const bar = item.querySelector("progress");
    if (bar) bar.value = sent;
    const text = item.querySelector(".quiet");
    if (text) text.textContent = this.#sending(sent);
  }

  #sending(sent: number): string {
    return sent < 1 ? this.#texts.sending(Math.floor(sent * 100)) : this.#texts.checking;
  }

  #state({ n, state }: Shot): HTMLElement {
    const texts = this.#texts;
    const title = element("strong", {}, texts.photo(n));
    const box = element("div", { className: "state" }, title);
    const says = (text: string, className: string) => box.append(element("p", { className }, text));
    const retake = () =>
      box.append(
        camera({
          label: texts.retakeOf(n),
          className: "button plain small",
          from: "camera",
          onFiles: ([file]) => file && this.#shots.retake(n, file),
        }),
      );
    switch (state.kind) {
      case "waiting":
        says(texts.waiting, "quiet");
        break;
      case "sending": {
        const bar = named(element("progress", { max: 1, value: state.sent }), texts.photo(n));
        says(this.#sending(state.sent), "quiet");
        box.append(bar);
        break;
      }
      case "taken":
        if (state.verdicts.length === 0) says(`✓ ${texts.good}`, "good");
        else says(texts.kept, "warning");
        for (const verdict of state.verdicts) {
          const { what, fix } = texts.verdict(verdict);
          says(what, "what");
          says(fix, "quiet");
        }
        retake();
        break;
      case "refused":
        says(`${texts.notKept} · ${texts.errors[state.code]}`, "bad");
        retake();
        break;
      case "failed":
        says(`${texts.notKept} · ${texts.failures[state.failure]}`, "bad");
        box.append(
          element("button", { type: "button", className: "plain small", onclick: () => this.#shots.retry(n) }, texts.retryOf(n)),
        );
        break;
    }
    return box;
  }
}

function isEnd({ kind }: Shot["state"]): boolean {
  return kind === "taken" || kind === "refused" || kind === "failed";
}

function pictureOf(file: File | null): HTMLImageElement | null {
  if (!file) return null;
  const picture = element("img", { src: URL.createObjectURL(file), alt: "" });
  // Not every browser can show what its camera took; the computer can all the same.
  picture.onerror = () => picture.classList.add("unseen");
  return picture;
}
