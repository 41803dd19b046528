import { useEffect, useState } from "react";

/** An address under which the page can show the bytes; null until there is one. */
export function useAddress(blob: Blob | undefined): string | null {
  const [made, setMade] = useState<{ blob: Blob; address: string } | null>(null);
  useEffect(() => {
    if (!blob) return;
    const address = URL.createObjectURL(blob);
    // The address must exist before it is shown, and end when nobody shows it: an effect owns it.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    setMade({ blob, address });
    return () => URL.revokeObjectURL(address);
  }, [blob]);
  return made !== null && made.blob === blob ? made.address : null;
}
