// How a good photo of each kind of paper looks: drawn here, with nobody's data on it.

import type { ReactNode } from "react";

import type { Slot } from "../../../ipc/bindings";
import styles from "../wizard.module.css";

interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The paper itself, whole and straight in the frame. */
function Sheet({ x, y, width, height, round = 1 }: Place & { round?: number }) {
  return (
    <rect {...{ x, y, width, height }} rx={round} fill="var(--ant-color-bg-container)" stroke="currentColor" strokeWidth="1.2" />
  );
}

/** Lines of print. */
function Print({ x, y, width, count, gap = 5 }: { x: number; y: number; width: number; count: number; gap?: number }) {
  const lines = Array.from({ length: count }, (_, line) => {
    const length = line === count - 1 && count > 1 ? width * 0.6 : width;
    return `M${String(x)} ${String(y + line * gap)}h${String(length)}`;
  });
  return <path d={lines.join("")} stroke="currentColor" strokeWidth="1.4" opacity="0.55" />;
}

const seal = (x: number, y: number) => (
  <circle cx={x} cy={y} r="6" fill="none" stroke="var(--ant-color-error)" strokeWidth="1.4" />
);

const head = (x: number, y: number, size: number) => (
  <g fill="currentColor" opacity="0.6">
    <circle cx={x} cy={y} r={size} />
    <path d={`M${String(x - size * 1.8)} ${String(y + size * 3.4)}a${String(size * 1.8)} ${String(size * 2)} 0 0 1 ${String(size * 3.6)} 0z`} />
  </g>
);

const licence = (
  <>
    <Sheet x={12} y={12} width={72} height={48} />
    <path d="M36 21h24" stroke="currentColor" strokeWidth="3" />
    <path d="M68 16h10v10h-10z" fill="currentColor" opacity="0.6" />
    <Print x={18} y={32} width={26} count={5} />
    <Print x={50} y={32} width={22} count={3} />
    {seal(70, 51)}
  </>
);

const certificate = (
  <>
    <Sheet x={24} y={8} width={48} height={56} />
    <path d="M36 17h24" stroke="currentColor" strokeWidth="3" />
    <Print x={31} y={28} width={34} count={5} />
    {seal(62, 55)}
  </>
);

const card = <Sheet x={14} y={14} width={68} height={44} round={4} />;

const idPortrait = (
  <>
    {card}
    <Print x={21} y={24} width={28} count={4} gap={6} />
    <path d="M30 51h40" stroke="currentColor" strokeWidth="2" />
    {head(68, 27, 4)}
  </>
);

const idEmblem = (
  <>
    {card}
    <circle cx="28" cy="28" r="7" fill="var(--ant-color-error)" opacity="0.7" />
    <path d="M42 24h32M42 32h26" stroke="currentColor" strokeWidth="2.4" />
    <Print x={34} y={46} width={40} count={2} gap={6} />
  </>
);

const cardFront = (
  <>
    {card}
    <path d="M22 27h11v8h-11z" fill="currentColor" opacity="0.5" />
    <path d="M22 43h11m4 0h11m4 0h11m4 0h8" stroke="currentColor" strokeWidth="3" />
    <Print x={22} y={52} width={20} count={1} />
  </>
);

const cardBack = (
  <>
    {card}
    <path d="M14 21h68v8h-68z" fill="currentColor" opacity="0.6" />
    <path d="M22 38h34v6h-34z" fill="none" stroke="currentColor" />
    <Print x={22} y={52} width={40} count={1} />
  </>
);

const storefront = (
  <>
    <path d="M10 24h76v12h-76z" fill="currentColor" opacity="0.55" />
    <path d="M26 30h44" stroke="var(--ant-color-bg-container)" strokeWidth="3" />
    <path d="M14 36v24h68v-24M40 60v-20h16v20M20 42h14v10h-14zM62 42h14v10h-14zM48 40v20" fill="none" stroke="currentColor" strokeWidth="1.2" />
  </>
);

const interior = (
  <>
    <path d="M10 12l16 10h44l16-10M26 22v26h44v-26M26 48l-16 14M70 48l16 14" fill="none" stroke="currentColor" strokeWidth="1.2" />
    <path d="M31 28h34m-34 7h34m-34 7h34" stroke="currentColor" strokeWidth="2" opacity="0.55" />
  </>
);

const desk = (
  <>
    <path d="M10 42h76v18h-76z" fill="none" stroke="currentColor" strokeWidth="1.2" />
    <path d="M24 24h22v14h-22zM35 38v4" fill="none" stroke="currentColor" strokeWidth="1.2" />
    <path d="M58 28h14v14h-14zM61 31h8v4h-8z" fill="none" stroke="currentColor" strokeWidth="1.2" />
  </>
);

const signed = (
  <>
    <Sheet x={26} y={6} width={44} height={60} />
    <path d="M38 15h20" stroke="currentColor" strokeWidth="2.4" />
    <Print x={32} y={24} width={32} count={5} />
    <path d="M33 57c4-7 6 4 9-2s4 3 7-1" fill="none" stroke="var(--ant-color-primary)" strokeWidth="1.4" />
    {seal(60, 55)}
  </>
);

const holding = (
  <>
    {head(48, 22, 8)}
    <g transform="translate(27 40) scale(0.44)">{idPortrait}</g>
  </>
);

const anything = (
  <>
    <Sheet x={16} y={12} width={64} height={48} />
    <Print x={24} y={24} width={48} count={5} gap={6} />
  </>
);

const DRAWN: Record<Slot, ReactNode> = {
  business_licence: licence,
  tax_registration: certificate,
  organisation_code_certificate: certificate,
  legal_id_portrait: idPortrait,
  legal_id_emblem: idEmblem,
  settler_id_portrait: idPortrait,
  settler_id_emblem: idEmblem,
  bank_card_front: cardFront,
  bank_card_back: cardBack,
  account_permit: certificate,
  storefront,
  interior,
  cashier_desk: desk,
  settlement_auth_letter: signed,
  paper_contract: signed,
  lease: signed,
  holding_id: holding,
  special_qualification: certificate,
  other: anything,
};

/** A good photo of the slot's paper, within the frame of the camera. */
export function Example({ slot, label }: { slot: Slot; label: string }) {
  return (
    <svg viewBox="0 0 96 72" role="img" aria-label={label} className={styles.example}>
      <rect width="96" height="72" rx="6" fill="var(--ant-color-fill-tertiary)" />
      {DRAWN[slot]}
      <path d="M4 12v-8h8M84 4h8v8M92 60v8h-8M12 68h-8v-8" fill="none" stroke="var(--ant-color-success)" strokeWidth="1.6" />
    </svg>
  );
}
