import { Empty, Typography } from "antd";
import type { ReactNode } from "react";

interface Props {
  title: string;
  hint?: string;
  /** What to do about it. */
  children?: ReactNode;
}

/** Nothing to list, why, and the way on. */
export function EmptyState({ title, hint, children }: Props) {
  return (
    <Empty
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      description={
        <>
          <Typography.Text strong>{title}</Typography.Text>
          {hint && (
            <div>
              <Typography.Text type="secondary">{hint}</Typography.Text>
            </div>
          )}
        </>
      }
    >
      {children}
    </Empty>
  );
}
