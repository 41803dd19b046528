import { PlusOutlined } from "@ant-design/icons";
import { Button, Typography } from "antd";

import { DelayedSkeleton } from "../../shared/components/Delayed";
import { EmptyState } from "../../shared/components/EmptyState";
import { useFormat } from "../../shared/i18n/format";
import { CommandErrorPanel } from "../errors";
import { Page } from "../frame/Page";
import { useCaseList } from "../queries";
import { usePortalTexts } from "../texts";
import { useNewCase } from "../useNewCase";
import { CaseTable } from "./CaseTable";
import { FilterBar } from "./FilterBar";
import { useFilters } from "./useFilters";

export default function CaseList() {
  const texts = usePortalTexts().cases;
  const format = useFormat();
  const [filters, change] = useFilters();
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useCaseList(filters);
  const { create, busy } = useNewCase();
  const lines = data?.pages.flatMap((page) => page.cases);
  const total = data?.pages.at(-1)?.total ?? 0;
  const filtered = filters.text !== "" || filters.status !== null;
  const makeCase = (
    <Button type="primary" icon={<PlusOutlined aria-hidden />} loading={busy} onClick={create}>
      {texts.create}
    </Button>
  );
  return (
    <Page label={texts.title} heading filled actions={makeCase}>
      <FilterBar filters={filters} onChange={change}>
        {data && (
          <Typography.Text type="secondary" role="status">
            {texts.total(format.count(total))}
          </Typography.Text>
        )}
      </FilterBar>
      {!lines ? (
        error ? (
          <CommandErrorPanel thrown={error} onRetry={() => void refetch()} />
        ) : (
          <DelayedSkeleton rows={10} />
        )
      ) : lines.length > 0 ? (
        <CaseTable
          lines={lines}
          total={total}
          loadingMore={isFetchingNextPage}
          onEnd={() => {
            if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
          }}
        />
      ) : filtered ? (
        <EmptyState title={texts.noMatch} hint={texts.noMatchHint}>
          <Button onClick={() => change({ text: "", status: null })}>{texts.clear}</Button>
        </EmptyState>
      ) : (
        <EmptyState title={texts.none} hint={texts.noneHint} />
      )}
    </Page>
  );
}
