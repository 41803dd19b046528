import { Typography } from "antd";

import type { Fee, FeeRule, Problem } from "../../../ipc/bindings";
import { useField, useWizard } from "../draft/context";
import { fieldId } from "../draft/target";
import { inLanguage, useTexts } from "../texts";
import { problemText } from "../texts/problem";
import styles from "../wizard.module.css";
import { AmountInput } from "./AmountInput";
import { fenToYuan, percentToRate, rateToPercent, yuanToFen } from "./amounts";
import { withFee } from "./list";

/** The agreed rate and cap of one service. */
export function FeeRow({ rule, fees }: { rule: FeeRule; fees: readonly Fee[] }) {
  const texts = useTexts();
  const { draft } = useWizard();
  const index = fees.findIndex((fee) => fee.service === rule.service);
  const fee = fees[index];
  const rate = useField<unknown>(`/fees/${String(index)}/rate`);
  const cap = useField<unknown>(`/fees/${String(index)}/cap_fen`);
  const list = useField<unknown>("/fees");
  const missing = list.problems.filter((problem) => problem.params.service === rule.service);
  const name = inLanguage(texts, rule.name);
  const place = `/fees/${rule.service}`;
  const set = (change: Partial<Fee>) => {
    draft.set("/fees", withFee(draft.dossier().fees, rule.service, change));
  };
  const leave = () => {
    draft.leave(place);
    void draft.flush();
  };
  const wasLeft = draft.wasLeft(place) || list.wasLeft;
  return (
    <tr>
      <th scope="row">
        {name}
        <Typography.Text type="danger" aria-hidden>
          {"\u00a0*"}
        </Typography.Text>
      </th>
      <td>
        <AmountInput
          id={fieldId(`${place}/rate`)}
          label={texts.fees.rateOf(name)}
          value={fee?.rate ?? null}
          placeholder={rateToPercent(rule.default_rate)}
          format={rateToPercent}
          parse={percentToRate}
          malformed={texts.fees.badRate}
          readOnly={rate.readOnly}
          onChange={(value) => {
            set({ rate: value });
          }}
          onLeave={leave}
        />
        <Notes problems={[...rate.problems, ...missing]} isShown={wasLeft || fee?.rate != null} />
      </td>
      <td>
        {rule.min_cap_fen === null ? (
          <Typography.Text type="secondary">{texts.fees.noCap}</Typography.Text>
        ) : (
          <AmountInput
            id={fieldId(`${place}/cap_fen`)}
            label={texts.fees.capOf(name)}
            value={fee?.cap_fen ?? null}
            placeholder={texts.fees.noCap}
            format={fenToYuan}
            parse={yuanToFen}
            malformed={texts.fees.badCap}
            readOnly={cap.readOnly}
            onChange={(value) => {
              set({ cap_fen: value });
            }}
            onLeave={leave}
          />
        )}
        <Notes problems={cap.problems} isShown />
      </td>
      <td>
        <Typography.Text type="secondary">
          {rateToPercent(rule.min_rate)}% – {rateToPercent(rule.max_rate)}%
          {rule.min_cap_fen !== null && (
            <>
              <br />
              {texts.fees.capFrom(fenToYuan(rule.min_cap_fen))}
            </>
          )}
        </Typography.Text>
      </td>
    </tr>
  );
}

function Notes({ problems, isShown }: { problems: readonly Problem[]; isShown: boolean }) {
  const texts = useTexts();
  const { profile } = useWizard();
  if (!isShown) return null;
  return problems.map((problem) => (
    <Typography.Text key={problem.code} type="danger" role="alert" className={styles.block}>
      {problemText(texts, profile, problem)}
    </Typography.Text>
  ));
}
