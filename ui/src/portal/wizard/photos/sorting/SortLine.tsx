import { Select, Typography } from "antd";

import { useErrorMessage } from "../../../errors";
import { mayEdit, useCaseView, useWizard } from "../../draft/context";
import { inLanguage, useTexts } from "../../texts";
import { slotName } from "../../texts/problem";
import { PhotoImage } from "../PhotoImage";
import { slotGroups, slotPointer } from "../slots";
import { Verdicts } from "../Verdicts";
import type { Sorted } from "./sorting";
import styles from "./sorting.module.css";
import { useSorting } from "./useSorting";

/** The choice of nothing: a select has no null. */
const NOWHERE = "";

/** One file: what it shows, where it goes, and what is to be said of it. */
export function SortLine({ item, all }: { item: Sorted; all: readonly Sorted[] }) {
  const texts = useTexts();
  const { state } = item;
  return (
    <li className={styles.line}>
      <span className={styles.picture}>
        {state.kind === "sorted" && (
          <PhotoImage key={state.view.preview} photoId={state.view.preview} side={240} alt="" className={styles.thumb} />
        )}
      </span>
      <div className={styles.about}>
        <Typography.Text strong ellipsis={{ tooltip: item.name }}>
          {item.name}
        </Typography.Text>
        <Said item={item} />
      </div>
      {isHopeless(item) ? <span /> : <Place item={item} all={all} label={texts.sorting.slotFor(item.name)} />}
    </li>
  );
}

/** No slot takes it. One that is too small for a slot may be large enough for another. */
function isHopeless({ state }: Sorted): boolean {
  return state.kind === "failed" && state.error.code !== "photo_too_small";
}

function Said({ item: { state, slot } }: { item: Sorted }) {
  const texts = useTexts();
  const errorText = useErrorMessage();
  const { profile } = useWizard();
  switch (state.kind) {
    case "waiting":
      return <Typography.Text type="secondary">{texts.sorting.waiting}</Typography.Text>;
    case "working":
      return <Typography.Text type="secondary">{texts.sorting.working}</Typography.Text>;
    case "failed":
      return <Typography.Text type="danger">{texts.sorting.cannot(errorText(state.error))}</Typography.Text>;
    case "sorted": {
      const { known_in, told_by, verdicts } = state.view;
      if (known_in) {
        return <Typography.Text type="secondary">{texts.sorting.known(slotName(texts, profile, known_in))}</Typography.Text>;
      }
      const isProposed = told_by !== null && state.view.slot === slot;
      return (
        <>
          {slot === null && <Typography.Text type="warning">{texts.sorting.untold}</Typography.Text>}
          {isProposed && <Typography.Text type="secondary">{texts.sorting.toldBy[told_by]}</Typography.Text>}
          <Verdicts verdicts={verdicts} />
        </>
      );
    }
  }
}

function Place({ item, all, label }: { item: Sorted; all: readonly Sorted[]; label: string }) {
  const texts = useTexts();
  const { profile } = useWizard();
  const view = useCaseView();
  const sorting = useSorting();
  const groups = slotGroups(profile, view);
  const rules = [...groups.now, ...groups.later, ...groups.optional].filter(({ slot }) =>
    mayEdit(view.editing, slotPointer(slot)),
  );
  const options = rules.map(({ slot, name, max_count }) => {
    const promised = all.filter((other) => other.id !== item.id && other.slot === slot).length;
    const isFull = promised + (view.dossier.attachments[slot]?.length ?? 0) >= max_count;
    const text = inLanguage(texts, name);
    return { value: slot, label: isFull ? texts.sorting.full(text) : text, disabled: isFull };
  });
  return (
    <Select
      className={styles.place}
      aria-label={label}
      status={item.slot === null && item.state.kind === "sorted" && !item.state.view.known_in ? "warning" : undefined}
      disabled={item.state.kind === "waiting"}
      loading={item.state.kind === "working"}
      value={item.slot ?? NOWHERE}
      options={[{ value: NOWHERE, label: texts.sorting.nowhere }, ...options]}
      onChange={(value) => sorting.choose(item.id, rules.find(({ slot }) => slot === value)?.slot ?? null)}
    />
  );
}
