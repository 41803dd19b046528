import { Typography } from "antd";

import type { MerchantKind, Product } from "../../../ipc/bindings";
import { accountRule } from "../draft/branch";
import { useField, useWizard } from "../draft/context";
import { fieldId } from "../draft/target";
import { keptFees } from "../fees/list";
import { Section } from "../fields/Section";
import { inLanguage, useTexts } from "../texts";
import { problemText } from "../texts/problem";
import styles from "../wizard.module.css";
import { ChoiceCard } from "./ChoiceCard";

export function KindStep() {
  const texts = useTexts();
  return (
    <>
      <Section title={texts.kind.heading}>
        <Kinds />
      </Section>
      <Section title={texts.kind.productHeading}>
        <Products />
      </Section>
    </>
  );
}

function Kinds() {
  const texts = useTexts();
  const { draft, profile } = useWizard();
  const field = useField<MerchantKind | null>("/kind");
  const kinds = Object.keys(texts.kind.names) as MerchantKind[];
  return (
    <div id={fieldId("/kind")} role="radiogroup" aria-label={texts.fields["/kind"]} className={styles.cards}>
      {kinds.map((kind) => {
        const accounts = accountRule(profile, kind)?.accounts;
        const settles = accounts?.map((account) => texts.settlement.kinds[account]).join(" / ");
        return (
          <ChoiceCard
            key={kind}
            type="radio"
            name="merchant-kind"
            title={texts.kind.names[kind]}
            about={texts.kind.explains[kind]}
            note={settles === undefined ? texts.kind.unsupported : texts.kind.accounts(settles)}
            checked={field.value === kind}
            disabled={field.readOnly || settles === undefined}
            onToggle={() => {
              draft.set("/kind", kind, "now");
            }}
          />
        );
      })}
      <FieldProblems pointer="/kind" />
    </div>
  );
}

function Products() {
  const texts = useTexts();
  const { draft, profile } = useWizard();
  const { value: kind } = useField<MerchantKind | null>("/kind");
  const { value: chosen, readOnly } = useField<Product[]>("/products");
  const toggle = (product: Product) => {
    const rest = chosen.filter((each) => each !== product);
    draft.set("/products", rest.length === chosen.length ? [...chosen, product] : rest);
    draft.set("/fees", keptFees(profile, draft.dossier()), "now");
    void draft.flush();
  };
  return (
    <div id={fieldId("/products")} role="group" aria-label={texts.fields["/products"]} className={styles.cards}>
      {kind === null && (
        <Typography.Text type="secondary" className={styles.wideField}>
          {texts.kind.chooseKind}
        </Typography.Text>
      )}
      {profile.products.map((rule) => {
        const isOffered = kind === null || rule.kinds.includes(kind);
        const isChosen = chosen.includes(rule.product);
        const fees = profile.fees.filter((fee) => rule.fees.includes(fee.service));
        return (
          <ChoiceCard
            key={rule.product}
            type="checkbox"
            title={inLanguage(texts, rule.name)}
            about={fees.map((fee) => inLanguage(texts, fee.name)).join(" · ")}
            note={isOffered ? undefined : texts.kind.notOffered}
            isWrong={isChosen && !isOffered}
            checked={isChosen}
            // What was chosen before the kind changed can still be taken out.
            disabled={readOnly || (!isOffered && !isChosen)}
            onToggle={() => {
              toggle(rule.product);
            }}
          />
        );
      })}
      <FieldProblems pointer="/products" />
    </div>
  );
}

function FieldProblems({ pointer }: { pointer: string }) {
  const texts = useTexts();
  const { profile } = useWizard();
  const { problems, wasLeft } = useField<unknown>(pointer);
  if (!wasLeft) return null;
  return problems.map((problem) => (
    <Typography.Text key={problem.code} type="danger" role="alert">
      {problemText(texts, profile, problem)}
    </Typography.Text>
  ));
}
