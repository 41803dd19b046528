import type { sortingZh } from "./sortingZh";

export const sortingEn: typeof sortingZh = {
  title: (n) => `Sort ${String(n)} files`,
  hint: "Drop many photos or a whole folder here: each goes to its place, and nothing is stored before you confirm",
  drop: "Let go to sort them",
  files: "Choose photos",
  folder: "Choose a folder",
  emptyFolder: (name) => `The folder “${name}” holds no files`,
  working: "Being checked and read…",
  waiting: "Waiting",
  progress: (done, all) => `${String(done)} of ${String(all)} checked`,
  slotFor: (file) => `Where ${file} goes`,
  nowhere: "Leave it out",
  choose: "Choose its place",
  full: (slot) => `${slot} (full)`,
  toldBy: { picture: "By what it shows", file_name: "By the file's name: please check" },
  untold: "Its place isn't clear: please choose",
  known: (slot) => `The case has this photo already (${slot})`,
  cannot: (reason) => `Can't be used: ${reason}`,
  confirm: (n) => `Put in ${String(n)}`,
  left: (n) => `${String(n)} left out`,
  cancel: "Cancel",
};
