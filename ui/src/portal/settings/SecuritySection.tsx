import { App, Button, Form, Modal, Select, Typography } from "antd";
import { useState } from "react";

import { commands, type Settings } from "../../ipc/bindings";
import { CommandErrorPanel } from "../errors";
import { useSessionAccess } from "../session/context";
import { NewPinFields, PinField } from "../session/PinFields";
import { usePortalTexts } from "../texts";
import { Row, Section } from "./Section";
import styles from "./settings.module.css";
import { useWriteSettings } from "./useWriteSettings";

const IDLE_MINUTES = [1, 2, 5, 10, 15, 30, 60];

export function SecuritySection({ settings }: { settings: Settings }) {
  const all = usePortalTexts();
  const texts = all.settings;
  const write = useWriteSettings(settings);
  const { session } = useSessionAccess();
  const [changing, setChanging] = useState(false);
  return (
    <Section title={texts.security}>
      <Row label={texts.idleLock} hint={texts.idleLockHint}>
        <Select
          aria-label={texts.idleLock}
          value={settings.idle_lock_min}
          onChange={(idle_lock_min) => write({ idle_lock_min })}
          options={IDLE_MINUTES.map((value) => ({ value, label: texts.minutes(value) }))}
          style={{ minWidth: "8em" }}
        />
      </Row>
      <Row label="PIN">
        {session.account ? (
          <Button onClick={() => setChanging(true)}>{texts.changePin}</Button>
        ) : (
          <Typography.Text type="secondary">{texts.pinNeedsAccount}</Typography.Text>
        )}
      </Row>
      <Row label={texts.thisComputer}>
        <span>
          {session.branch !== null
            ? texts.ofBranch(session.branch)
            : session.enrolled
              ? texts.enrolled
              : texts.notEnrolled}
        </span>
      </Row>
      <Row label={texts.accounts} hint={texts.accountsHint}>
        {session.accounts.length === 0 ? (
          <Typography.Text type="secondary">{texts.noAccounts}</Typography.Text>
        ) : (
          <ul className={styles.accounts}>
            {session.accounts.map(({ account, display, role }) => (
              <li key={account}>{`${display} · ${all.frame.roles[role]}`}</li>
            ))}
          </ul>
        )}
      </Row>
      <ChangePin open={changing} onClose={() => setChanging(false)} />
    </Section>
  );
}

interface Values {
  old_pin: string;
  new_pin: string;
}

function ChangePin({ open, onClose }: { open: boolean; onClose: () => void }) {
  const all = usePortalTexts();
  const { message } = App.useApp();
  const { setSession } = useSessionAccess();
  const [form] = Form.useForm<Values>();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);

  const change = async ({ old_pin, new_pin }: Values) => {
    setBusy(true);
    setFailure(null);
    try {
      setSession(await commands.sessionChangePin(old_pin, new_pin));
      void message.success(all.settings.changed);
      onClose();
    } catch (thrown) {
      setFailure(thrown);
    }
    setBusy(false);
  };
  return (
    <Modal
      open={open}
      title={all.settings.changePin}
      okText={all.settings.changePin}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={onClose}
      afterClose={() => setFailure(null)}
      destroyOnHidden
      width={420}
    >
      <Form
        form={form}
        name="change_pin"
        layout="vertical"
        requiredMark={false}
        clearOnDestroy
        onFinish={(values) => void change(values)}
      >
        <PinField name="old_pin" label={all.session.oldPin} autoFocus />
        <NewPinFields label={all.session.newPin} />
        {failure !== null && <CommandErrorPanel thrown={failure} />}
        {/* Enter in a field submits. */}
        <button type="submit" hidden />
      </Form>
    </Modal>
  );
}
