import { useNavigate } from "react-router";

import { Page } from "../frame/Page";
import { usePortalTexts } from "../texts";
import styles from "./session.module.css";
import { SignInForm } from "./SignInForm";

export default function SignInPage() {
  const texts = usePortalTexts().session;
  const navigate = useNavigate();
  return (
    <Page label={texts.title}>
      <div className={styles.page}>
        <SignInForm onBack={() => void navigate(-1)} onDone={() => void navigate("/")} />
      </div>
    </Page>
  );
}
