// The page that a phone opens by the QR code of a slot.

import "./page.css";

import { readPass } from "./pass";
import { send, Unanswered } from "./send";
import { Shots } from "./shots";
import { en } from "./texts/en";
import { zh } from "./texts/zh";
import { notice, SlotPage } from "./view";

const NOTHING = new Uint8Array();

// The computer has put the phone's language there.
const texts = document.documentElement.lang === "en" ? en : zh;
const pass = readPass(location, history);

function show(main: HTMLElement): void {
  document.querySelector("main")?.remove();
  document.body.append(main);
}

async function start(): Promise<void> {
  if (!pass) {
    show(notice(texts, texts.failures.no_key));
    return;
  }
  show(notice(texts, texts.connecting));
  try {
    const answer = await send(pass, "hello", NOTHING);
    switch (answer.kind) {
      case "ready": {
        const shots = new Shots(
          answer.room,
          answer.photos,
          (action, bytes, onProgress) => send(pass, action, bytes, onProgress),
          () => page.update(),
        );
        const page = new SlotPage(texts, texts.ofText(answer.slot), texts.ofText(answer.guide), shots, () => void done(shots.taken()));
        document.title = `${texts.ofText(answer.slot)} · ${texts.product}`;
        show(page.main);
        return;
      }
      case "refused":
        show(notice(texts, texts.errors[answer.code], () => void start()));
        return;
      case "taken":
      case "closed":
        show(notice(texts, texts.failures.closed));
    }
  } catch (reason) {
    show(notice(texts, failureText(reason), () => void start()));
  }
}

async function done(taken: number): Promise<void> {
  if (!pass) return;
  try {
    await send(pass, "done", NOTHING);
  } catch {
    // It closes by itself, and what was taken is there.
  }
  show(notice(texts, texts.finished(taken)));
}

function failureText(reason: unknown): string {
  return texts.failures[reason instanceof Unanswered ? reason.failure : "unreachable"];
}

void start();
