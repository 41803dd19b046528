import { Alert, Button, Typography } from "antd";
import { useCallback, useEffect, useMemo, useState } from "react";
import { Link, useSearchParams } from "react-router";

import type { Profile } from "../../ipc/bindings";
import { StatusTag } from "../../shared/components/StatusTag";
import { useCaseView, useValue, type Wizard, WizardProvider } from "./draft/context";
import type { Draft } from "./draft/Draft";
import { focusPlace, placeOf, type Target } from "./draft/target";
import { Duplicates } from "./Duplicates";
import type { UploadQueue } from "./photos/uploads";
import { ResultPage } from "./review/ResultPage";
import { ReturnedPanel } from "./ReturnedPanel";
import { SaveLine } from "./SaveLine";
import { SidePanel } from "./side/SidePanel";
import { StepBody } from "./StepBody";
import { StepNav } from "./StepNav";
import { parseStep, STEPS, type StepId, stepOf } from "./steps";
import { useTexts } from "./texts";
import styles from "./wizard.module.css";

const STEP = "step";
const RESULT = "result";

/** The form of one case: steps on top, fields left, requirements and source photo right. */
export function WizardForm({ draft, uploads, profile }: { draft: Draft; uploads: UploadQueue; profile: Profile }) {
  const [search, setSearch] = useSearchParams();
  const step = parseStep(search.get(STEP));
  const isResult = search.get(STEP) === RESULT;
  const [focus, setFocus] = useState<{ place: string } | null>(null);

  const go = useCallback(
    (to: StepId | typeof RESULT) => {
      void draft.flush();
      // In one go: a transition would yield between its parts, and nothing is shown that could be kept meanwhile.
      setSearch({ [STEP]: to }, { flushSync: true });
    },
    [draft, setSearch],
  );
  const wizard = useMemo(
    (): Wizard => ({
      draft,
      profile,
      uploads,
      jump: (target: Target) => {
        const place = placeOf(target, draft.dossier());
        // Who is sent to a place may be told what is wrong there.
        draft.leave(target.pointer);
        go(stepOf(target.pointer));
        setFocus({ place });
      },
    }),
    [draft, profile, uploads, go],
  );

  useEffect(() => {
    if (focus) focusPlace(focus.place);
  }, [focus, step]);

  if (isResult) {
    return (
      <WizardProvider value={wizard}>
        <ResultPage />
      </WizardProvider>
    );
  }
  const leaveTo = (to: StepId) => {
    draft.leaveAll((pointer) => stepOf(pointer) === step);
    setFocus(null);
    go(to);
  };
  return (
    <WizardProvider value={wizard}>
      <div className={styles.page}>
        <Head />
        <StepNav current={step} onGo={leaveTo} />
        <div className={styles.columns}>
          <div className={styles.form} key={step}>
            <FrozenNote />
            <ReturnedPanel step={step} />
            <Duplicates />
            <StepBody step={step} isSought={focus !== null} onSubmitted={() => go(RESULT)} />
            <StepButtons step={step} onGo={leaveTo} />
          </div>
          <SidePanel step={step} />
        </div>
      </div>
    </WizardProvider>
  );
}

function Head() {
  const texts = useTexts();
  const view = useCaseView();
  const trade = useValue((dossier) => dossier.business.trade_name);
  const registered = useValue((dossier) => dossier.business.registered_name);
  return (
    <header className={styles.head}>
      <Typography.Title level={1} className={styles.title} ellipsis>
        {trade.trim() || registered.trim() || texts.wizard.unnamed}
      </Typography.Title>
      <StatusTag status={view.status} />
      <span className={styles.push}>
        <SaveLine />
      </span>
      <Link to={`/cases/${view.case_id}`}>{texts.wizard.toCase}</Link>
    </header>
  );
}

function FrozenNote() {
  const texts = useTexts();
  const { editing } = useCaseView();
  if (editing.mode !== "nothing") return null;
  return <Alert type="info" showIcon title={texts.wizard.frozen[editing.reason]} />;
}

function StepButtons({ step, onGo }: { step: StepId; onGo: (step: StepId) => void }) {
  const texts = useTexts();
  const index = STEPS.indexOf(step);
  const before = STEPS[index - 1];
  const after = STEPS[index + 1];
  return (
    <div className={styles.stepButtons}>
      {before && <Button onClick={() => onGo(before)}>{texts.wizard.previous}</Button>}
      {after && (
        <Button type="primary" onClick={() => onGo(after)}>
          {texts.wizard.next}
        </Button>
      )}
    </div>
  );
}
