import { SearchOutlined } from "@ant-design/icons";
import { Input, type InputRef, Segmented, Select } from "antd";
import { type RefObject, useEffect, useEffectEvent, useState } from "react";

import { useConsoleTexts } from "../texts";
import { type Filters, ROUNDS, type RoundFilter, type StateFilter, STATES } from "./useQueue";

/** Long enough for the next key of somebody who types, short enough not to be noticed. */
const TYPING_MS = 250;

interface Props {
  filters: Filters;
  onFilters: (filters: Filters) => void;
  search: RefObject<InputRef | null>;
}

export function QueueFilters({ filters, onFilters, search }: Props) {
  const texts = useConsoleTexts();
  const states = STATES.map((value) => ({
    value,
    label: value === "all" ? texts.queue.all : texts.states[value],
  }));
  const rounds = ROUNDS.map((value) => ({ value, label: texts.queue.rounds[value] }));
  return (
    <>
      <Segmented<RoundFilter>
        aria-label={texts.queue.round}
        options={rounds}
        value={filters.round}
        onChange={(round) => onFilters({ ...filters, round })}
      />
      <Select<StateFilter>
        aria-label={texts.queue.filter}
        options={states}
        value={filters.state}
        onChange={(state) => onFilters({ ...filters, state })}
        style={{ width: 124 }}
      />
      <NameSearch name={filters.name} search={search} onName={(name) => onFilters({ ...filters, name })} />
    </>
  );
}

interface SearchProps {
  name: string;
  onName: (name: string) => void;
  search: RefObject<InputRef | null>;
}

function NameSearch({ name, onName, search }: SearchProps) {
  const texts = useConsoleTexts().queue;
  const [typed, setTyped] = useState(name);
  const [seen, setSeen] = useState(name);
  if (name !== seen) {
    // Changed from outside, by “clear filters” or by going back.
    setSeen(name);
    if (name !== typed.trim()) setTyped(name);
  }
  const send = useEffectEvent(() => onName(typed.trim()));
  useEffect(() => {
    if (typed.trim() === name) return;
    const timer = setTimeout(() => send(), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, name]);
  return (
    <Input
      ref={search}
      type="search"
      allowClear
      prefix={<SearchOutlined />}
      aria-label={texts.search}
      placeholder={texts.search}
      value={typed}
      maxLength={100}
      onChange={(event) => setTyped(event.target.value)}
      onPressEnter={() => onName(typed.trim())}
      style={{ width: 220 }}
    />
  );
}
