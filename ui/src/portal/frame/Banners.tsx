import { Alert, Button } from "antd";
import { useLocation, useNavigate } from "react-router";

import { useAppInfo, useOutbox } from "../queries";
import { useSessionAccess } from "../session/context";
import { usePortalTexts } from "../texts";

/** What the user should know on every screen. */
export function Banners() {
  const texts = usePortalTexts().frame;
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const { session } = useSessionAccess();
  const { data: info } = useAppInfo();
  const { data: outbox } = useOutbox();
  const signIn = pathname !== "/sign-in" && (
    <Button type="link" size="small" onClick={() => void navigate("/sign-in")}>
      {texts.signIn}
    </Button>
  );
  return (
    <>
      {info?.read_only && <Alert banner type="warning" title={texts.readOnly} />}
      {session.phase === "guest" && <Alert banner type="info" title={texts.guestBanner} />}
      {session.new_cases.state === "ending" && (
        <Alert banner type="info" title={texts.newCasesEnding(session.new_cases.days_left)} />
      )}
      {session.new_cases.state === "offline_too_long" && (
        <Alert banner type="warning" title={texts.offlineTooLong} />
      )}
      {outbox?.update_needed && <Alert banner type="warning" title={texts.updateNeeded} />}
      {session.sign_in_needed && <Alert banner type="warning" title={texts.signInAgain} action={signIn} />}
    </>
  );
}
