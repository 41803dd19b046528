import { Empty, Input, type InputRef, Modal, Typography } from "antd";
import { type KeyboardEvent, useDeferredValue, useEffect, useId, useRef, useState } from "react";

import { usePortalTexts } from "../texts";
import styles from "./palette.module.css";
import { type Destination, useDestinations } from "./useDestinations";

interface Props {
  open: boolean;
  onOpen: (open: boolean) => void;
}

/** ⌘/Ctrl-K: jumps to any case, screen or action. */
export function Palette({ open, onOpen }: Props) {
  const texts = usePortalTexts().palette;
  useEffect(() => {
    const onKeyDown = (event: globalThis.KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        onOpen(true);
      }
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [onOpen]);
  return (
    <Modal
      open={open}
      onCancel={() => onOpen(false)}
      footer={<Typography.Text type="secondary">{texts.keys}</Typography.Text>}
      closable={false}
      width={560}
      style={{ top: 80 }}
      destroyOnHidden
      title={<span className="visually-hidden">{texts.label}</span>}
      styles={{ header: { margin: 0 } }}
    >
      <Search onChosen={() => onOpen(false)} />
    </Modal>
  );
}

function Search({ onChosen }: { onChosen: () => void }) {
  const texts = usePortalTexts().palette;
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const found = useDestinations(useDeferredValue(text.trim()));
  const input = useRef<InputRef>(null);
  const id = useId();
  const active = Math.min(at, found.length - 1);

  // The dialog takes the keyboard when it opens; this field is what it was opened for.
  useEffect(() => {
    const timer = setTimeout(() => input.current?.focus(), 50);
    return () => clearTimeout(timer);
  }, []);

  const choose = (destination: Destination | undefined) => {
    if (!destination) return;
    onChosen();
    destination.go();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown") setAt(Math.min(active + 1, found.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(active - 1, 0));
    else if (event.key === "Enter") choose(found[active]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <Input
        ref={input}
        size="large"
        role="combobox"
        aria-expanded
        aria-controls={id}
        aria-activedescendant={found.length > 0 ? `${id}-${active}` : undefined}
        aria-label={texts.input}
        placeholder={texts.input}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      {found.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.nothing} />
      ) : (
        <ul className={styles.list} role="listbox" id={id} aria-label={texts.label}>
          {found.map((destination, index) => (
            <li
              key={destination.key}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === active}
              className={styles.option}
              onMouseDown={(event) => event.preventDefault()}
              onMouseMove={() => setAt(index)}
              onClick={() => choose(destination)}
            >
              <span className={styles.name}>{destination.label}</span>
              {destination.note}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
