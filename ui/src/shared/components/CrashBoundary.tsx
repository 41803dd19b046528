import { Button, Result } from "antd";
import { Component, type ReactNode } from "react";

import { useSharedTexts } from "../texts";

interface Props {
  /** A change of it, such as another page's address, tries again. */
  place: string;
  children: ReactNode;
}

interface State {
  failed: boolean;
  place: string;
}

/** Keeps the failure of one page inside that page. */
export class CrashBoundary extends Component<Props, State> {
  override state: State = { failed: false, place: this.props.place };

  static getDerivedStateFromError(): Partial<State> {
    return { failed: true };
  }

  static getDerivedStateFromProps(props: Props, state: State): Partial<State> | null {
    return props.place === state.place ? null : { failed: false, place: props.place };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return <Crashed onRetry={() => this.setState({ failed: false })} />;
  }
}

function Crashed({ onRetry }: { onRetry: () => void }) {
  const texts = useSharedTexts();
  return (
    <Result
      status="warning"
      title={texts.pageFailed}
      subTitle={texts.pageFailedHint}
      extra={
        <Button type="primary" onClick={onRetry}>
          {texts.retry}
        </Button>
      }
    />
  );
}
