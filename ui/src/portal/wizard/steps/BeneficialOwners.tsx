import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { App, Button, Typography } from "antd";

import type { BeneficialOwner } from "../../../ipc/bindings";
import { useField, useWizard } from "../draft/context";
import { fieldId } from "../draft/target";
import { PersonFields } from "../fields/PersonFields";
import { Section } from "../fields/Section";
import { TextField } from "../fields/TextField";
import { useTexts } from "../texts";
import { problemText } from "../texts/problem";
import styles from "../wizard.module.css";

const LIST = "/beneficial_owners";

const EMPTY: BeneficialOwner = {
  person: { name: "", id_kind: "resident_id", id_number: "", id_valid_from: "", id_valid_until: "", mobile: "" },
  address: "",
};

export function BeneficialOwners() {
  const texts = useTexts();
  const { message } = App.useApp();
  const { draft, profile } = useWizard();
  const { value: owners, problems, readOnly } = useField<BeneficialOwner[]>(LIST);
  const max = profile.limits.max_beneficial_owners;

  const remove = (index: number) => {
    const before = owners;
    draft.set(LIST, owners.filter((_, each) => each !== index), "now");
    const key = "owner-removed";
    const undo = () => {
      draft.set(LIST, before, "now");
      message.destroy(key);
    };
    const content = (
      <>
        {texts.people.removed}
        <Button type="link" size="small" onClick={undo}>
          {texts.field.undo}
        </Button>
      </>
    );
    void message.info({ key, duration: 8, content });
  };

  return (
    <>
      {owners.map((_, index) => (
        <Section
          // The list has no other identity than its order.
          key={index}
          title={texts.people.owner(index + 1)}
          extra={
            <Button
              type="text"
              size="small"
              danger
              icon={<DeleteOutlined />}
              disabled={readOnly}
              aria-label={texts.people.removeOwner(index + 1)}
              onClick={() => {
                remove(index);
              }}
            />
          }
        >
          <PersonFields base={`${LIST}/${String(index)}/person`} />
          <TextField pointer={`${LIST}/${String(index)}/address`} />
        </Section>
      ))}
      <div className={styles.addOwner}>
        <Button
          id={fieldId(LIST)}
          icon={<PlusOutlined />}
          disabled={readOnly || owners.length >= max}
          onClick={() => {
            draft.set(LIST, [...owners, EMPTY], "now");
          }}
        >
          {texts.people.addOwner}
        </Button>
        <Typography.Text type="secondary">
          {owners.length === 0 ? texts.field.ownerMissing : texts.people.limit(max)}
        </Typography.Text>
        {problems.map((problem) => (
          <Typography.Text key={problem.code} type="danger" role="alert">
            {problemText(texts, profile, problem)}
          </Typography.Text>
        ))}
      </div>
    </>
  );
}
