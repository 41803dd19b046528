import { Button, Result } from "antd";
import { useNavigate } from "react-router";

import { usePortalTexts } from "../texts";
import { Page } from "./Page";

export function NotFound() {
  const texts = usePortalTexts().notFound;
  const navigate = useNavigate();
  return (
    <Page label={texts.title}>
      <Result
        status="warning"
        title={texts.title}
        extra={
          <Button type="primary" onClick={() => void navigate("/")}>
            {texts.home}
          </Button>
        }
      />
    </Page>
  );
}
