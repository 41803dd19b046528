import { AppstoreOutlined, FileTextOutlined, SettingOutlined, SyncOutlined } from "@ant-design/icons";
import { Badge } from "antd";
import { NavLink } from "react-router";

import mark from "../../../../icons/zhanggui.svg?url";
import { useSharedTexts } from "../../shared/texts";
import { useOutbox } from "../queries";
import { usePortalTexts } from "../texts";
import styles from "./frame.module.css";

export function Navigation() {
  const texts = usePortalTexts().nav;
  const shared = useSharedTexts();
  const { data: outbox } = useOutbox();
  const stuck = outbox?.items.filter((item) => item.state === "attention" || item.state === "conflict").length ?? 0;
  const screens = [
    { to: "/", label: texts.workbench, icon: <AppstoreOutlined aria-hidden /> },
    { to: "/cases", label: texts.cases, icon: <FileTextOutlined aria-hidden /> },
    { to: "/sync", label: texts.sync, icon: <SyncOutlined aria-hidden />, count: stuck },
    { to: "/settings", label: texts.settings, icon: <SettingOutlined aria-hidden /> },
  ];
  return (
    <nav className={styles.nav} aria-label={texts.label}>
      <div className={styles.brand}>
        <img src={mark} alt="" />
        {shared.product}
      </div>
      {screens.map(({ to, label, icon, count }) => (
        <NavLink key={to} to={to} end={to === "/"} className={styles.link}>
          {icon}
          {label}
          {count ? <Badge count={count} size="small" /> : null}
        </NavLink>
      ))}
    </nav>
  );
}
