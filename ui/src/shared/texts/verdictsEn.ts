import type { PhotoPlace, PhotoVerdictCode } from "../../ipc/bindings";
import type { VerdictTexts } from "./verdictsZh";

const verdicts: Record<PhotoVerdictCode, { what: string; fix: string }> = {
  blurred: { what: "Blurred: text may be unreadable", fix: "Tap the screen to focus and take it again" },
  shaken: { what: "Shaken: text is smeared", fix: "Hold the phone with both hands and take it again" },
  too_dark: { what: "Too dark", fix: "Take it again in good light" },
  too_bright: { what: "Too bright: print pales", fix: "Leave direct light, tap on the print and take it again" },
  glare: { what: "A reflection hides a part", fix: "Switch the flash off or take it from another angle" },
  too_small: { what: "Too few pixels to be read when enlarged", fix: "Use the original, not one that a chat program reduced" },
  blank: { what: "Almost nothing to see", fix: "Take it again" },
  too_far: { what: "The document is too small in the picture", fix: "Go closer until it fills the picture" },
  cut: { what: "A part of the document is outside the picture", fix: "Step back until all four edges are seen" },
  tilted: { what: "Taken too much from the side", fix: "Take it from straight above" },
  greyscale: { what: "The picture has no colours", fix: "Switch filters off and take the original in colour" },
  photocopy: { what: "Looks like a copy without colours", fix: "Photograph the original" },
  screen_photo: { what: "Looks taken from a screen", fix: "Photograph the original itself" },
  watermarked: { what: "Words seem to be laid over the picture", fix: "Use the photo as it was before a watermark was added" },
  screenshot: { what: "Looks like a screenshot", fix: "Photograph the original itself" },
  no_document: { what: "No document was found", fix: "Check that it is in the right slot, or take it on a dark table" },
  wrong_side: { what: "Looks like the other side", fix: "Use the side asked for" },
  wrong_document: { what: "Looks like another kind of picture", fix: "Check that it is in the right slot" },
  same_picture: { what: "The same picture as another one of this case", fix: "Use the picture that belongs here" },
};

const places: Record<PhotoPlace, string> = {
  upper_left: "upper left",
  above: "at the top",
  upper_right: "upper right",
  left: "at the left",
  middle: "in the middle",
  right: "at the right",
  lower_left: "lower left",
  below: "at the bottom",
  lower_right: "lower right",
  everywhere: "nearly everywhere",
};

export const verdictEn: VerdictTexts = ({ code, place }) => {
  const { what, fix } = verdicts[code];
  return { what: place === null ? what : `${what} (${places[place]})`, fix };
};
