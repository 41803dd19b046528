import { SearchOutlined } from "@ant-design/icons";
import { Input, Select } from "antd";
import { type ReactNode, useEffect, useEffectEvent, useState } from "react";

import type { CaseStatus } from "../../ipc/bindings";
import { useSharedTexts } from "../../shared/texts";
import { usePortalTexts } from "../texts";
import styles from "./cases.module.css";
import { type Filters, SORTS, STATUSES } from "./useFilters";

/** A search starts when typing pauses. */
const PAUSE_MS = 200;

interface Props {
  filters: Filters;
  onChange: (change: Partial<Filters>) => void;
  children: ReactNode;
}

export function FilterBar({ filters, onChange, children }: Props) {
  const texts = usePortalTexts().cases;
  const shared = useSharedTexts();
  return (
    <div className={styles.filters} role="search">
      <SearchBox text={filters.text} onText={(text) => onChange({ text })} />
      <Select<CaseStatus | "any">
        className={styles.select}
        aria-label={texts.status}
        value={filters.status ?? "any"}
        onChange={(status) => onChange({ status: status === "any" ? null : status })}
        options={[
          { value: "any", label: texts.anyStatus },
          ...STATUSES.map((status) => ({ value: status, label: shared.status[status] })),
        ]}
      />
      <Select
        className={styles.select}
        aria-label={texts.sort}
        value={filters.sort}
        onChange={(sort) => onChange({ sort })}
        options={SORTS.map((sort) => ({ value: sort, label: texts.sorts[sort] }))}
      />
      <span className={styles.space} />
      {children}
    </div>
  );
}

function SearchBox({ text, onText }: { text: string; onText: (text: string) => void }) {
  const texts = usePortalTexts().cases;
  const [typed, setTyped] = useState(text);
  const [told, setTold] = useState(text);
  const [seen, setSeen] = useState(text);
  if (text !== seen) {
    setSeen(text);
    // Not what was typed here: filters were cleared, or the page was opened anew.
    if (text !== told) {
      setTyped(text);
      setTold(text);
    }
  }
  const settled = useEffectEvent((next: string) => {
    setTold(next);
    onText(next);
  });
  useEffect(() => {
    if (typed === told) return;
    const timer = setTimeout(() => settled(typed), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, told]);
  return (
    <Input
      className={styles.search}
      prefix={<SearchOutlined aria-hidden />}
      allowClear
      aria-label={texts.search}
      placeholder={texts.search}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}
