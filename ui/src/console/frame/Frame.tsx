import { LogoutOutlined } from "@ant-design/icons";
import { Button, Typography } from "antd";
import type { ReactNode } from "react";
import { Link } from "react-router";

import { useSharedTexts } from "../../shared/texts";
import { useSession } from "../session/session";
import { useConsoleTexts } from "../texts";
import styles from "./frame.module.css";
import { LookChoice } from "./LookChoice";
import type { Look } from "./look";

interface Props {
  look: Look;
  onLook: (look: Look) => void;
  children: ReactNode;
}

/** The bar on top of every screen of a session. */
export function Frame({ look, onLook, children }: Props) {
  const texts = useConsoleTexts();
  const { product } = useSharedTexts();
  const { me, signOut } = useSession();
  return (
    <div className={styles.frame}>
      <header className={styles.bar}>
        <Link to="/" className={styles.home}>
          {product} · {texts.title}
        </Link>
        <span className={styles.gap} />
        <LookChoice look={look} onLook={onLook} />
        <Typography.Text className={styles.person}>{me.account.display}</Typography.Text>
        <Button type="text" icon={<LogoutOutlined aria-hidden />} onClick={signOut}>
          {texts.frame.signOut}
        </Button>
      </header>
      <main className={styles.main}>{children}</main>
    </div>
  );
}
