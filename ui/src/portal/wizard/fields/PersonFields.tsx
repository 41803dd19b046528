import { useTexts } from "../texts";
import { ChoiceField } from "./ChoiceField";
import { DateField } from "./DateField";
import { TextField } from "./TextField";

interface Props {
  /** Pointer of the person. */
  base: string;
  /** Whether a mobile number belongs to it. */
  hasMobile?: boolean;
  onPasted?: (text: string) => string | null;
}

/** A person as their document names them. */
export function PersonFields({ base, hasMobile = false, onPasted }: Props) {
  const texts = useTexts();
  const kinds = Object.entries(texts.people.idKinds).map(([value, label]) => ({ value, label }));
  return (
    <>
      <TextField pointer={`${base}/name`} onPasted={onPasted} />
      <ChoiceField pointer={`${base}/id_kind`} options={kinds} />
      <TextField pointer={`${base}/id_number`} />
      {hasMobile && <TextField pointer={`${base}/mobile`} kind="number" />}
      <DateField pointer={`${base}/id_valid_from`} />
      <DateField pointer={`${base}/id_valid_until`} mayBeLongTerm />
    </>
  );
}
