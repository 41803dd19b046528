import { QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, configure, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { MemoryRouter, Route, Routes } from "react-router";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { CaseView, Dossier, SuggestionView } from "../../ipc/bindings";
import * as ipc from "../../ipc/call";
import { Appearance } from "../../shared/Appearance";
import { startLanguage } from "../../shared/i18n";
import { sayDrag } from "../../testing/events";
import { newQueryClient } from "../queries";
import { caseView, emptyDossier, missing, needed, profile } from "./testing/case";
import { WizardPage } from "./WizardPage";

vi.mock("../../ipc/call", async (load) => ({ ...(await load<typeof ipc>()), call: vi.fn(), callRaw: vi.fn() }));

// Shared cores: a screen may take longer than the second that is usual.
configure({ asyncUtilTimeout: 15_000 });

let stored: CaseView;
let asked: string[];

beforeEach(() => {
  startLanguage("zh-CN");
  asked = [];
  vi.mocked(ipc.call).mockImplementation((command: string, args: Record<string, unknown>) => {
    asked.push(command);
    return Promise.resolve(answer(command, args));
  });
});
afterEach(cleanup);

function answer(command: string, args: Record<string, unknown>): unknown {
  switch (command) {
    case "case_show":
      return stored;
    case "case_save": {
      const dossier = structuredClone(args.dossier) as Dossier;
      dossier.business.registered_name = dossier.business.registered_name.normalize("NFKC").trim();
      stored = { ...stored, revision: stored.revision + 1, dossier };
      return stored;
    }
    case "case_submit":
      stored = { ...stored, status: "queued", local_receipt: "L-0001", editing: { mode: "nothing", reason: "in_outbox" } };
      return stored;
    case "reference_profile":
      return profile;
    case "reference_banks":
      return [{ name: "中国建设银行", english: "", branch_prefix: "105", card_prefixes: ["621700"] }];
    case "photo_turn":
      return stored;
    default:
      return [];
  }
}

async function open(path: string, view: CaseView) {
  stored = view;
  const page = render(
    <QueryClientProvider client={newQueryClient()}>
      <Appearance theme="light" text_percent={100}>
        <MemoryRouter initialEntries={[path]}>
          <Routes>
            <Route path="/cases/:caseId/edit" element={<WizardPage />} />
          </Routes>
        </MemoryRouter>
      </Appearance>
    </QueryClientProvider>,
  );
  await screen.findByRole("heading", { level: 1 });
  return page;
}

const times = (command: string) => asked.filter((each) => each === command).length;

describe("typing", () => {
  it("is saved, and comes back cleaned once the field is left", async () => {
    const user = userEvent.setup();
    await open("/cases/case-1/edit?step=business", caseView());
    const field = screen.getByRole("textbox", { name: "商户注册名称" });
    await user.type(field, "青禾面馆１ ");
    await waitFor(() => {
      expect(stored.dossier.business.registered_name).toBe("青禾面馆1");
    });
    expect(field).toHaveProperty("value", "青禾面馆１ ");
    await user.tab();
    await waitFor(() => {
      expect(field).toHaveProperty("value", "青禾面馆1");
    });
  });

  it("says what is missing only when the field was left", async () => {
    const user = userEvent.setup();
    const name = "/business/registered_name";
    await open("/cases/case-1/edit?step=business", caseView({ problems: [missing(name)], requirements: [needed(name)] }));
    expect(screen.queryByText("请填写")).toBeNull();
    await user.click(screen.getByRole("textbox", { name: "商户注册名称" }));
    await user.tab();
    expect(await screen.findByText("请填写")).toBeTruthy();
  });

  it("spreads a pasted contact over its fields, and takes it back", async () => {
    // The notice lets the pointer through by a style sheet that isn't loaded here.
    const user = userEvent.setup({ pointerEventsCheck: 0 });
    await open("/cases/case-1/edit?step=people", caseView());
    const name = screen.getByRole("textbox", { name: "联系人姓名" });
    await user.click(name);
    await user.paste("林小满 13900001111");
    const mobile = screen.getByRole("textbox", { name: "联系人手机号" });
    expect([name, mobile].map((field) => (field as HTMLInputElement).value)).toEqual(["林小满", "13900001111"]);
    await user.click(await screen.findByRole("button", { name: "撤销" }));
    await waitFor(() => {
      expect([name, mobile].map((field) => (field as HTMLInputElement).value)).toEqual(["", ""]);
    });
  });
});

describe("problems", () => {
  it("are links that go to the step and put the keyboard on the field", async () => {
    const user = userEvent.setup();
    const view = caseView({ problems: [missing("/contact/mobile")], requirements: [needed("/contact/mobile")] });
    await open("/cases/case-1/edit?step=review", view);
    await user.click(screen.getByRole("button", { name: "联系人手机号：请填写" }));
    await waitFor(() => {
      expect(document.activeElement).toBe(screen.getByRole("textbox", { name: "联系人手机号" }));
    });
    const step = screen.getByRole("button", { name: "3 法人与受益人" });
    expect(step.getAttribute("aria-description")).toBe("还有 1 项");
    expect(step.getAttribute("aria-current")).toBe("step");
  });
});

describe("submitting", () => {
  it("happens once, however often the button is clicked", async () => {
    const user = userEvent.setup();
    await open("/cases/case-1/edit?step=review", caseView());
    const button = await screen.findByRole("button", { name: "提交申请" });
    expect(button).toHaveProperty("disabled", true);
    await user.click(screen.getByRole("checkbox", { name: /商户已核对/ }));
    for (let click = 0; click < 5; click++) button.click();
    expect(await screen.findByText("已保存在本机，尚未被接收")).toBeTruthy();
    expect(screen.getByText("L-0001")).toBeTruthy();
    expect(times("case_submit")).toBe(1);
  });

  it("waits for photos that are still being prepared", async () => {
    const user = userEvent.setup();
    let finish: (() => void) | undefined;
    vi.mocked(ipc.callRaw).mockImplementation(
      () =>
        new Promise((resolve) => {
          finish = () => {
            resolve(stored);
          };
        }),
    );
    const view = caseView({ requirements: [needed("/attachments/storefront")] });
    const page = await open("/cases/case-1/edit?step=photos", view);
    await user.upload(screen.getByLabelText("选择照片 门头照"), new File(["x"], "front.jpg", { type: "image/jpeg" }));
    await user.click(screen.getByRole("button", { name: /核对提交/ }));
    expect(await screen.findByText("1 张照片正在处理，处理完后请核对并提交")).toBeTruthy();
    const confirmation = screen.getByRole("checkbox", { name: /商户已核对/ });
    expect(confirmation).toHaveProperty("disabled", true);
    // Also when the page was left meanwhile.
    page.unmount();
    await open("/cases/case-1/edit?step=review", stored);
    expect(await screen.findByText("1 张照片正在处理，处理完后请核对并提交")).toBeTruthy();
    act(() => finish?.());
    await waitFor(() => {
      expect(screen.getByRole("checkbox", { name: /商户已核对/ })).toHaveProperty("disabled", false);
    });
  });

  it("is refused while something blocks or a returned item is unanswered", async () => {
    const returned = {
      item: { pointer: "/contact/mobile", reason: "phone_unreachable" as const, text: "" },
      sent: "13900001111",
      sent_photos: [],
      changed: false,
    };
    const editing = { mode: "only" as const, pointers: ["/contact/mobile"] };
    await open("/cases/case-1/edit?step=review", caseView({ status: "returned", editing, returned: [returned] }));
    expect(await screen.findByRole("checkbox", { name: /商户已核对/ })).toHaveProperty("disabled", true);
    expect(screen.getAllByText("还有 1 项退回内容没有修改").length).toBeGreaterThan(0);
  });
});

describe("a returned case", () => {
  it("opens the returned fields and no others, beside what was sent", async () => {
    const item = { pointer: "/licence/number", reason: "differs_from_document" as const, text: "末位不符" };
    const returned = [{ item, sent: "91330106MA2CQWER1X", sent_photos: [], changed: false }];
    await open(
      "/cases/case-1/edit?step=business",
      caseView({
        status: "returned",
        requirements: [needed("/licence/number"), needed("/licence/name")],
        editing: { mode: "only", pointers: ["/licence/number"] },
        returned,
      }),
    );
    const open_ = screen.getAllByRole("textbox").filter((field) => !field.hasAttribute("readonly"));
    expect(open_.map((field) => field.id)).toEqual(["field-licence-number"]);
    const panel = screen.getByRole("region", { name: "审核退回 1 项，请逐项修改" });
    expect(within(panel).getByText("91330106MA2CQWER1X")).toBeTruthy();
    expect(within(panel).getByText("末位不符")).toBeTruthy();
  });
});

describe("photos", () => {
  it("are chosen by an input with the slot's name, and sent to that slot", async () => {
    const user = userEvent.setup();
    vi.mocked(ipc.callRaw).mockImplementation(() => Promise.resolve(stored));
    await open("/cases/case-1/edit?step=photos", caseView({ requirements: [needed("/attachments/storefront")] }));
    await user.upload(screen.getByLabelText("选择照片 门头照"), new File(["x"], "front.jpg", { type: "image/jpeg" }));
    await waitFor(() => {
      const headers = { "case-id": "case-1", slot: "storefront", "new-photo-id": expect.any(String) as string };
      expect(ipc.callRaw).toHaveBeenCalledWith("photo_add", expect.any(Uint8Array), headers);
    });
  });
});

describe("photos that the page's own events come without", () => {
  const photoAdd = { "case-id": "case-1", slot: "storefront", "new-photo-id": expect.any(String) as string };
  const sent = () =>
    vi.mocked(ipc.callRaw).mock.calls.filter(([command]) => command === "photo_add").map(([, body, headers]) => [[...body], headers]);

  async function openPhotos(shell: (command: string, headers: Record<string, string>) => Promise<unknown>) {
    vi.mocked(ipc.callRaw).mockClear().mockImplementation((command, _, headers) =>
      command === "photo_add" ? Promise.resolve(stored) : shell(command, headers),
    );
    await open("/cases/case-1/edit?step=photos", caseView({ requirements: [needed("/attachments/storefront")] }));
    return screen.getByRole("group", { name: /门头照/ });
  }

  it("are read by their number in the drop, into the slot that they were dropped on", async () => {
    const slot = await openPhotos((command, { number }) =>
      command === "dropped_read" ? Promise.resolve(new Uint8Array([Number(number) + 5]).buffer) : Promise.reject(new Error(command)),
    );
    const under = vi.fn<Document["elementFromPoint"]>(() => slot);
    // There is no layout to ask here.
    document.elementFromPoint = under;
    act(() => {
      const files = ["a.jpg", "b.jpg"].map((name, number) => ({ number, name, size_bytes: 1 }));
      sayDrag({ kind: "drop", x: 1, y: 1, fromFolder: false, files });
    });
    await waitFor(() => {
      expect(sent()).toEqual([
        [[5], photoAdd],
        [[6], photoAdd],
      ]);
    });
    under.mockReturnValue(document.body);
    act(() => {
      sayDrag({ kind: "drop", x: 1, y: 1, fromFolder: false, files: [{ number: 2, name: "elsewhere.jpg", size_bytes: 1 }] });
    });
    expect(vi.mocked(ipc.callRaw).mock.calls.filter(([command]) => command === "dropped_read")).toHaveLength(2);
  });

  it("are seen under the id that they will have, before they are there", async () => {
    const slot = await openPhotos(() => Promise.resolve(new Uint8Array([7]).buffer));
    let finish: (view: unknown) => void = vi.fn();
    const added = new Promise((resolve) => {
      finish = resolve;
    });
    const shell = vi.mocked(ipc.callRaw).getMockImplementation();
    vi.mocked(ipc.callRaw).mockImplementation((...call) =>
      call[0] === "photo_add" ? added : (shell?.(...call) ?? Promise.reject(new Error(call[0]))),
    );
    fireEvent.paste(slot, { clipboardData: { files: [] } });
    await waitFor(() => {
      expect(sent()).toEqual([[[7], photoAdd]]);
    });
    const [[, headers]] = sent() as [[unknown, { "new-photo-id": string }]];
    expect(within(slot).getByRole("status").querySelector("img")?.src).toContain(headers["new-photo-id"]);
    fireEvent.error(within(slot).getByRole("status").querySelector("img") as HTMLImageElement);
    expect(within(slot).getByRole("status").querySelector("img")).toBeNull();
    act(() => {
      finish(stored);
    });
    await waitFor(() => {
      expect(within(slot).queryByRole("status")).toBeNull();
    });
  });

  it("are the picture in the clipboard", async () => {
    const slot = await openPhotos(() => Promise.resolve(new Uint8Array([7]).buffer));
    fireEvent.paste(slot, { clipboardData: { files: [] } });
    await waitFor(() => {
      expect(sent()).toEqual([[[7], photoAdd]]);
    });
  });
});

describe("a photo that lies on its side", () => {
  it("is turned by the shell, from its slot", async () => {
    const user = userEvent.setup();
    const photo = {
      photo_id: "p1",
      sha256: "s",
      size_bytes: 1,
      media_type: "image/jpeg",
      width_px: 4,
      height_px: 3,
      original_sha256: "o",
      original_bytes: 2,
      steps: [],
      verdicts: [],
      added_at_ms: 0,
    };
    const dossier = { ...emptyDossier(), attachments: { storefront: [photo] } };
    await open("/cases/case-1/edit?step=photos", caseView({ dossier, requirements: [needed("/attachments/storefront")] }));
    await user.click(screen.getByRole("button", { name: "顺时针旋转 门头照 1" }));
    await waitFor(() => {
      expect(ipc.call).toHaveBeenCalledWith("photo_turn", { case_id: "case-1", photo_id: "p1", quarters: 1 });
    });
  });
});

describe("what the quality check says of a photo", () => {
  it("is told with what helps, and drawn where it is", async () => {
    const photo = {
      photo_id: "p1",
      sha256: "s",
      size_bytes: 1,
      media_type: "image/jpeg",
      width_px: 400,
      height_px: 300,
      original_sha256: "o",
      original_bytes: 2,
      steps: [],
      verdicts: [],
      added_at_ms: 0,
    };
    const view = caseView({
      dossier: { ...emptyDossier(), attachments: { storefront: [photo] } },
      requirements: [needed("/attachments/storefront")],
      photos: [
        {
          photo_id: "p1",
          slot: "storefront",
          index: 0,
          here: true,
          reading: "not_read",
          quarter_turns: 0,
          outline: [
            { x: 10, y: 20 },
            { x: 390, y: 25 },
            { x: 380, y: 280 },
            { x: 15, y: 290 },
          ],
          verdicts: [{ code: "glare", blocking: false, region: { x: 50, y: 60, width: 70, height: 80 }, place: "upper_left" }],
        },
      ],
    });
    await open("/cases/case-1/edit?step=photos", view);
    expect(await screen.findByText("有反光，挡住了内容（左上）")).toBeTruthy();
    expect(screen.getByText("关闭闪光灯或换个角度重拍")).toBeTruthy();
    const marks = screen.getByRole("button", { name: "查看 门头照 1" }).querySelector("svg");
    expect(marks?.getAttribute("viewBox")).toBe("0 0 400 300");
    expect(marks?.querySelector("polygon")?.getAttribute("points")).toBe("10,20 390,25 380,280 15,290");
    expect(marks?.querySelector("rect")?.getAttribute("height")).toBe("80");
  });
});

describe("a merchant who is there already", () => {
  it("is named once, with everything that both cases share", async () => {
    const twin = { case_id: "c9", name: "青禾面馆" };
    const duplicates = [
      { ...twin, pointer: "/licence/number" },
      { ...twin, pointer: "/contact/mobile" },
    ];
    await open("/cases/case-1/edit?step=business", caseView({ duplicates }));
    expect(screen.getByText(/“青禾面馆”有相同的统一社会信用代码 \/ 执照号、联系人手机号/)).toBeTruthy();
    expect(screen.getAllByRole("link", { name: "查看那个案件" })).toHaveLength(1);
  });
});

describe("the bank", () => {
  it("is offered by the card's number, and filled in at a click", async () => {
    const user = userEvent.setup();
    const settlement = { ...emptyDossier().settlement, kind: "private" as const, number: "6217001234567890" };
    const dossier = { ...emptyDossier(), settlement };
    await open("/cases/case-1/edit?step=settlement", caseView({ dossier }));
    expect(await screen.findByText(/按卡号是“中国建设银行”/)).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "填入" }));
    await waitFor(() => {
      expect(stored.dossier.settlement.bank_name).toBe("中国建设银行");
    });
    expect(screen.queryByText(/按卡号是/)).toBeNull();
  });
});

describe("what photos say", () => {
  const licence = {
    photo_id: "p1",
    sha256: "s",
    size_bytes: 1,
    media_type: "image/jpeg",
    width_px: 2000,
    height_px: 1500,
    original_sha256: "o",
    original_bytes: 2,
    steps: [],
    verdicts: [],
    added_at_ms: 0,
  };
  const said = (pointer: string, value: string, agreement: SuggestionView["agreement"] = "empty"): SuggestionView => ({
    pointer,
    value,
    slot: "business_licence",
    photo_id: "p1",
    source: "print",
    confidence_percent: 97,
    checked: false,
    place: { left: 0.1, top: 0.2, width: 0.4, height: 0.03 },
    agreement,
  });
  const withLicence = (dossier: Dossier, suggestions: SuggestionView[]) =>
    caseView({
      dossier: { ...dossier, attachments: { business_licence: [licence] } },
      requirements: [needed("/licence/name")],
      suggestions,
    });

  it("is offered beside its piece of the photo, and put in at a click only", async () => {
    const user = userEvent.setup();
    await open("/cases/case-1/edit?step=business", withLicence(emptyDossier(), [said("/licence/name", "青禾面馆")]));
    const offer = screen.getByRole("group", { name: "照片“营业执照”上读到的内容" });
    expect(within(offer).getByText("营业执照：青禾面馆")).toBeTruthy();
    expect(within(offer).getByRole("img", { name: "照片上的这一处" })).toBeTruthy();
    expect(stored.dossier.licence.name).toBe("");
    await user.click(within(offer).getByRole("button", { name: /采用照片上的 青禾面馆/ }));
    await waitFor(() => {
      expect(stored.dossier.licence.name).toBe("青禾面馆");
    });
    expect(screen.getByText(/与营业执照一致/)).toBeTruthy();
  });

  it("stands beside what was typed otherwise, which stays", async () => {
    const dossier = emptyDossier();
    dossier.licence.name = "青禾面管";
    dossier.licence.scope = "零售";
    const differing = withLicence(dossier, [said("/licence/name", "青禾面馆", "differs"), said("/licence/scope", "餐饮", "differs")]);
    const problem = { pointer: "/licence/name", code: "differs_from_photo" as const, severity: "warning" as const, params: {} };
    const page = await open("/cases/case-1/edit?step=business", { ...differing, problems: [problem] });
    expect(screen.getByText("营业执照：青禾面馆")).toBeTruthy();
    expect(screen.getByDisplayValue("青禾面管")).toBeTruthy();
    expect(screen.queryByRole("button", { name: /从照片填入/ })).toBeNull();
    // Marked on the photo too, where it is sure.
    const marks = [...page.container.querySelectorAll('aside svg[viewBox="0 0 2000 1500"] rect')];
    expect(marks.map((mark) => [mark.getAttribute("x"), mark.getAttribute("y")])).toEqual([["192", "294"]]);
  });

  it("fills everything empty of the step at once, except where photos disagree", async () => {
    const user = userEvent.setup();
    await open(
      "/cases/case-1/edit?step=business",
      withLicence(emptyDossier(), [
        said("/licence/name", "青禾面馆"),
        said("/licence/scope", "餐饮服务"),
        said("/business/address", "一号"),
        { ...said("/business/address", "二号"), photo_id: "p2" },
        said("/legal_person/name", "林小满"),
      ]),
    );
    await user.click(screen.getByRole("button", { name: "从照片填入 2 项" }));
    await waitFor(() => {
      expect(stored.dossier.licence.scope).toBe("餐饮服务");
    });
    expect(stored.dossier.licence.name).toBe("青禾面馆");
    expect(stored.dossier.business.address).toBe("");
    expect(stored.dossier.legal_person.name).toBe("");
  });
});

describe("a number against its check digit", () => {
  const numbered = (): Partial<CaseView> => {
    const empty = emptyDossier();
    return {
      dossier: { ...empty, licence: { ...empty.licence, number: "92110099MA5187157X" } },
      problems: [{ pointer: "/licence/number", code: "bad_check_digit", severity: "blocking", params: {} }],
      requirements: [needed("/licence/number", true)],
    };
  };

  it("is kept by staff with a reason that is saved at once", async () => {
    const user = userEvent.setup();
    await open("/cases/case-1/edit?step=business", caseView({ may_override: true, ...numbered() }));
    await user.click(await screen.findByRole("button", { name: "证件上就是这个号码：统一社会信用代码 / 执照号" }));
    await user.type(await screen.findByRole("textbox", { name: "统一社会信用代码 / 执照号 无误的理由" }), "已对照原件");
    await user.click(screen.getByRole("button", { name: "保存理由" }));
    expect(await screen.findByText("按证件提交，须主管审批：已对照原件")).toBeTruthy();
    expect(stored.dossier.overrides).toEqual([{ pointer: "/licence/number", reason: "已对照原件" }]);
  });

  it("isn't offered to a merchant", async () => {
    await open("/cases/case-1/edit?step=business", caseView(numbered()));
    expect(await screen.findAllByText(/校验位不符/)).not.toHaveLength(0);
    expect(screen.queryByRole("button", { name: /证件上就是这个号码/ })).toBeNull();
  });
});
