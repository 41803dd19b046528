import { useParams } from "react-router";

export default function Page() {
  const { caseId = "" } = useParams();
  return <main aria-label={caseId} />;
}
