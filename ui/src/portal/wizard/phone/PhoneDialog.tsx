import { Alert, Button, Modal, QRCode, Select, Typography } from "antd";

import type { PhoneView, SlotRule } from "../../../ipc/bindings";
import { useFormat } from "../../../shared/i18n/format";
import { useFocusReturn } from "../../../shared/useFocusReturn";
import { CommandErrorPanel } from "../../errors";
import { fieldId } from "../draft/target";
import { slotPointer } from "../photos/slots";
import { useTexts } from "../texts";
import { PhoneHelp } from "./PhoneHelp";
import { PhonePhotos } from "./PhonePhotos";
import styles from "./phone.module.css";
import { usePhoneDoor } from "./usePhoneDoor";

/** Side of the code, in pixels: read from an arm's length. */
const CODE_PX = 232;

interface Props {
  rule: SlotRule;
  name: string;
  onClose: () => void;
}

/** The code for the phone, and what came from it. The door is open while this is. */
export function PhoneDialog({ rule, name, onClose }: Props) {
  const texts = useTexts().phone;
  const { door, open } = usePhoneDoor(rule.slot);
  useFocusReturn(fieldId(slotPointer(rule.slot)));
  return (
    <Modal
      open
      centered
      width={720}
      title={texts.title(name)}
      onCancel={onClose}
      footer={[
        door.kind === "open" && (
          <Button key="renew" onClick={() => open(door.view.address)}>
            {texts.renew}
          </Button>
        ),
        door.kind === "ended" && (
          <Button key="again" onClick={() => open(null)}>
            {texts.again}
          </Button>
        ),
        <Button key="close" type="primary" onClick={onClose}>
          {texts.close}
        </Button>,
      ]}
    >
      <div className={styles.body}>
        {door.kind === "opening" && <div className={styles.room} />}
        {door.kind === "failed" && <CommandErrorPanel thrown={door.thrown} onRetry={() => open(null)} />}
        {door.kind === "ended" && <Alert type="info" showIcon title={texts.ended} />}
        {door.kind === "open" && <Open name={name} view={door.view} onAddress={open} />}
      </div>
    </Modal>
  );
}

function Open({ name, view, onAddress }: { name: string; view: PhoneView; onAddress: (address: string) => void }) {
  const texts = useTexts().phone;
  const format = useFormat();
  const count = view.photos.length;
  const state = count > 0 ? texts.received(count) : view.connected ? texts.connected : texts.waiting;
  const closes = format.clock(view.closes_at_ms);
  return (
    <>
      <div className={styles.columns}>
        <div className={styles.code}>
          {/* Dark on light in every theme: not every phone reads the other way round. */}
          <QRCode
            value={view.link}
            type="svg"
            size={CODE_PX}
            color="#000"
            bgColor="#fff"
            bordered={false}
            aria-label={texts.code(name)}
          />
        </div>
        <div className={styles.words}>
          <ol className={styles.steps}>
            {texts.steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
          {view.addresses.length > 1 && (
            <label className={styles.address}>
              <Typography.Text type="secondary">{texts.address}</Typography.Text>
              <Select
                aria-label={texts.address}
                value={view.address}
                options={view.addresses.map(({ address, interface: network }) => ({
                  value: address,
                  label: texts.addressOf(network, address),
                }))}
                onChange={onAddress}
              />
            </label>
          )}
          <div role="status">
            <Typography.Text strong>{state}</Typography.Text>
          </div>
          <Typography.Text type="secondary">{texts.closes(closes)}</Typography.Text>
        </div>
      </div>
      <PhonePhotos view={view} />
      <PhoneHelp port={view.port} />
      <Alert type="warning" showIcon title={texts.safety} />
    </>
  );
}
