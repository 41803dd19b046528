import { LockOutlined, SafetyOutlined, SearchOutlined, UserOutlined } from "@ant-design/icons";
import { App, Button, Dropdown, Tooltip } from "antd";
import { useLocation, useNavigate } from "react-router";

import { commands, type Connection } from "../../ipc/bindings";
import { useErrorMessage } from "../errors";
import { useOutbox, useSafety } from "../queries";
import { useSessionAccess } from "../session/context";
import { usePortalTexts } from "../texts";
import styles from "./frame.module.css";

const LIGHTS: Record<Connection, string> = {
  unknown: "var(--ant-color-text-quaternary)",
  online: "var(--ant-color-success)",
  offline: "var(--ant-color-text-tertiary)",
  not_the_backend: "var(--ant-color-error)",
  sign_in_needed: "var(--ant-color-warning)",
  not_enrolled: "var(--ant-color-text-tertiary)",
};

const KEY = /Mac/.test(navigator.userAgent) ? "⌘K" : "Ctrl K";

export function TitleBar({ onSearch }: { onSearch: () => void }) {
  const texts = usePortalTexts().frame;
  return (
    <header className={styles.bar}>
      <Button className={styles.search} icon={<SearchOutlined aria-hidden />} onClick={onSearch} aria-label={texts.search}>
        <span className={styles.hint}>{texts.search}</span>
        <kbd>{KEY}</kbd>
      </Button>
      <span className={styles.space} />
      <SafetyMeter />
      <NetworkLight />
      <User />
    </header>
  );
}

function SafetyMeter() {
  const texts = usePortalTexts().frame;
  const navigate = useNavigate();
  const { session } = useSessionAccess();
  const { data: safety } = useSafety();
  if (!safety) return null;
  const { cases_only_here: count } = safety;
  // A guest sends nothing: “all received” would promise too much.
  if (count === 0 && session.phase === "guest") return null;
  const age = texts.safetyAge(safety.oldest_days);
  const word = count === 0 ? texts.safe : [texts.safety(count), safety.oldest_days > 0 && age].filter(Boolean).join(" · ");
  const more = count > 0 ? `${age} · ${texts.pending(safety.pending)}` : word;
  return (
    <Tooltip title={more}>
      <Button
        type="text"
        className={styles.meter}
        aria-label={texts.safetyLabel}
        aria-description={word}
        onClick={() => void navigate("/sync")}
      >
        <SafetyOutlined aria-hidden style={{ color: count > 0 ? "var(--ant-color-warning)" : "var(--ant-color-success)" }} />
        {word}
      </Button>
    </Tooltip>
  );
}

function NetworkLight() {
  const all = usePortalTexts();
  const navigate = useNavigate();
  const { data: outbox } = useOutbox();
  const state = outbox?.online ?? "unknown";
  const word = outbox?.paused ? all.sync.paused : all.frame.connection[state];
  return (
    <Tooltip title={all.sync.connectionHints[state]}>
      <Button
        type="text"
        className={styles.meter}
        aria-label={all.frame.connectionLabel}
        aria-description={word}
        onClick={() => void navigate("/sync")}
      >
        <span className={styles.dot} style={{ background: LIGHTS[state] }} />
        {word}
      </Button>
    </Tooltip>
  );
}

function User() {
  const all = usePortalTexts();
  const texts = all.frame;
  const { modal, message } = App.useApp();
  const errorMessage = useErrorMessage();
  const navigate = useNavigate();
  const { session, setSession } = useSessionAccess();
  const { data: safety } = useSafety();
  const { account } = session;
  const { pathname } = useLocation();

  if (!account) {
    return pathname === "/sign-in" ? null : (
      <Button type="primary" onClick={() => void navigate("/sign-in")}>
        {texts.signIn}
      </Button>
    );
  }
  const lock = () => void commands.sessionLock().then(setSession, (thrown: unknown) => void message.error(errorMessage(thrown)));
  const signOut = () =>
    modal.confirm({
      title: texts.signOutAsk,
      content: texts.signOutHint(safety?.cases_only_here ?? 0),
      okText: texts.signOut,
      onOk: () => commands.sessionSignOut().then(setSession, (thrown: unknown) => void message.error(errorMessage(thrown))),
    });
  return (
    <>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: [
            { key: "who", label: `${account.display} · ${texts.roles[account.role]}`, disabled: true },
            { type: "divider" },
            { key: "settings", label: all.nav.settings, onClick: () => void navigate("/settings") },
            { key: "sign_out", label: texts.signOut, onClick: () => void signOut() },
          ],
        }}
      >
        <Button type="text" icon={<UserOutlined aria-hidden />} aria-label={texts.user(account.display)}>
          {account.display}
        </Button>
      </Dropdown>
      <Tooltip title={texts.lock}>
        <Button type="text" icon={<LockOutlined aria-hidden />} aria-label={texts.lock} onClick={lock} />
      </Tooltip>
    </>
  );
}
