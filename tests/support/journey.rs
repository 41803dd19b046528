//! What a person does in the window, step by step: used by the WebDriver tests and by the demo.

use std::path::{Path, PathBuf};

use portal_domain::dossier::{AccountKind, Dossier, MerchantKind, Product, SettlerKind, Slot};
use portal_domain::problem::Due;
use portal_domain::profile::{Profile, builtin_profile};
use portal_domain::requirement::requirements;

use crate::backend::Backend;
use crate::photos::photo;
use crate::portal::PIN;
use crate::window::Browser;

/// WebDriver's code of the Enter key.
const ENTER: &str = "\u{e007}";

/// An invented merchant who wants a code plate: exactly six photos are asked for.
pub fn merchant(seed: u64) -> Dossier {
    let mut dossier = portal_domain::testing::dossier(seed, MerchantKind::SoleProprietor);
    dossier.products = vec![Product::QrPlate];
    dossier.licence.separate_certificates = false;
    dossier.settlement.kind = Some(AccountKind::Private);
    dossier.settlement.settler = SettlerKind::LegalPerson;
    dossier.settlement.holder.clone_from(&dossier.legal_person.name);
    dossier.shop.same_as_registered = true;
    dossier.shop.mobile_trade = false;
    dossier.attachments.clear();
    dossier.consents.clear();
    dossier
}

pub fn profile() -> &'static Profile {
    builtin_profile("lakala").unwrap()
}

/// The slots that must have a photo before submission, in the order of the profile.
pub fn needed_slots(dossier: &Dossier) -> Vec<Slot> {
    requirements(dossier, profile())
        .iter()
        .filter(|requirement| requirement.due == Due::Now)
        .filter_map(|requirement| Slot::parse(requirement.pointer.strip_prefix("/attachments/")?))
        .collect()
}

/// Writes a photo for each slot into a folder; the files are named by slot.
pub fn write_photos(folder: &Path, slots: &[Slot], seed: u64) -> Vec<(Slot, PathBuf)> {
    std::fs::create_dir_all(folder).unwrap();
    slots
        .iter()
        .zip(seed..)
        .map(|(slot, seed)| {
            let file = folder.join(format!("{}.jpg", slot.as_str()));
            std::fs::write(&file, photo(seed, 2400, 1800)).unwrap();
            (*slot, file)
        })
        .collect()
}

impl Browser {
    /// Goes to a step of the wizard.
    pub async fn step(&self, name: &str) {
        self.click(&format!("//nav//button[contains(@aria-label, '{name}')]")).await;
    }

    /// Types into the control of a place of the document.
    pub async fn type_at(&self, pointer: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        let id = field_id(pointer);
        self.fill_element(&format!("//*[@id='{id}'][self::input or self::textarea]"), value).await;
    }

    /// Chooses a district by typing its code.
    pub async fn choose_division(&self, pointer: &str, code: &str, name: &str) {
        let input = self.find(&format!("//input[@id='{}']", field_id(pointer))).await;
        input.send_keys(code).await.unwrap();
        self.click(&format!(
            "//li[contains(@class, 'cascader-menu-item')][contains(normalize-space(.), '{name}')]"
        ))
        .await;
    }

    /// Chooses in a searching list by typing what finds one entry.
    pub async fn choose_at(&self, pointer: &str, typed: &str, shown: &str) {
        let input = self.find(&format!("//input[@id='{}']", field_id(pointer))).await;
        input.send_keys(typed).await.unwrap();
        self.says(shown).await;
        input.send_keys(ENTER).await.unwrap();
    }

    async fn tick(&self, label: &str) {
        self.click(&format!("//label[.//input[@aria-label='{label}'] or normalize-space(.)='{label}']"))
            .await;
    }

    /// Everything that is typed or chosen, as the document has it.
    pub async fn fill_application(&self, dossier: &Dossier) {
        self.step("类型与产品").await;
        self.tick("个体工商户").await;
        self.tick("聚合码牌").await;

        self.step("基本信息").await;
        let business = &dossier.business;
        let division = portal_domain::division::path(&business.division);
        let county = division.last().unwrap();
        for (pointer, value) in [
            ("/licence/number", &dossier.licence.number),
            ("/licence/name", &dossier.licence.name),
            ("/licence/valid_from", &dossier.licence.valid_from),
            ("/licence/scope", &dossier.licence.scope),
            ("/business/registered_name", &business.registered_name),
            ("/business/trade_name", &business.trade_name),
            ("/business/address", &business.address),
            ("/business/service_phone", &business.service_phone),
        ] {
            self.type_at(pointer, value).await;
        }
        self.validity("/licence/valid_until", &dossier.licence.valid_until).await;
        self.choose_division("/business/division", &business.division, county.name()).await;
        let trade = portal_domain::mcc::get(&business.mcc).unwrap();
        self.choose_at("/business/mcc", &business.mcc, trade.zh).await;

        self.step("法人与受益人").await;
        let legal = &dossier.legal_person;
        for (pointer, value) in [
            ("/legal_person/name", &legal.name),
            ("/legal_person/id_number", &legal.id_number),
            ("/legal_person/id_valid_from", &legal.id_valid_from),
            ("/legal_person/mobile", &legal.mobile),
            ("/contact/name", &dossier.contact.name),
            ("/contact/mobile", &dossier.contact.mobile),
        ] {
            self.type_at(pointer, value).await;
        }
        self.validity("/legal_person/id_valid_until", &legal.id_valid_until).await;

        self.step("经营场所").await;
        self.tick("经营地址与注册地址相同").await;
        self.type_at("/shop/name", &dossier.shop.name).await;
        self.type_at("/shop/contact_name", &dossier.shop.contact_name).await;
        self.type_at("/shop/contact_mobile", &dossier.shop.contact_mobile).await;

        self.step("结算账户").await;
        self.click("//label[normalize-space(.)='对私账户']").await;
        let account = &dossier.settlement;
        for (pointer, value) in [
            ("/settlement/holder", &account.holder),
            ("/settlement/number", &account.number),
            ("/settlement/bank_name", &account.bank_name),
            ("/settlement/branch_name", &account.branch_name),
            ("/settlement/branch_code", &account.branch_code),
        ] {
            self.type_at(pointer, value).await;
        }

        self.step("费率").await;
        self.press("全部填入标准费率").await;
        let count = dossier.terminals.count.unwrap_or(1);
        self.type_at("/terminals/count", &count.to_string()).await;
    }

    async fn validity(&self, pointer: &str, value: &str) {
        if value == portal_domain::dossier::LONG_TERM {
            let label = match pointer {
                "/licence/valid_until" => "执照有效期止：长期",
                _ => "法人证件有效期止：长期",
            };
            self.tick(label).await;
        } else {
            self.type_at(pointer, value).await;
        }
    }

    /// Gives each slot its photo and waits until it is fitted and shown.
    pub async fn add_photos(&self, photos: &[(Slot, PathBuf)]) {
        self.step("证照照片").await;
        for (slot, file) in photos {
            let name = slot_name(*slot);
            self.give_file(&format!("选择照片 {name}"), file).await;
            self.find(&format!("//*[@aria-label='查看 {name} 1']")).await;
        }
    }

    /// Agrees to every text and confirms.
    pub async fn agree(&self) {
        self.step("核对提交").await;
        for rule in profile().consents_for(&merchant(1)) {
            self.click(&format!(
                "//label[contains(normalize-space(.), '已阅读并同意《{}》')]",
                rule.title.zh
            ))
            .await;
            self.find(&format!(
                "//label[contains(., '《{}》')]//input[@type='checkbox' and not(@disabled)]/ancestor::label",
                rule.title.zh
            ))
            .await;
        }
        self.confirm().await;
    }

    /// The merchant's confirmation; it may only be ticked once everything is saved.
    pub async fn confirm(&self) {
        self.click("//label[contains(., '确认真实无误并同意提交')][not(.//input[@disabled])]").await;
    }

    /// Signs in by phone; the first time on this computer it sets the PIN and shows the recovery code.
    pub async fn sign_in_by_phone(&self, backend: &Backend, phone: &str) {
        self.press("登录").await;
        self.fill("手机号", phone).await;
        self.press("获取验证码").await;
        let code = backend.code_for(phone);
        self.fill("短信验证码", &code).await;
        self.fill("本机 PIN", PIN).await;
        self.fill("再输一次 PIN", PIN).await;
        self.click("//form//button[@type='submit'][normalize-space(.)='登录' or normalize-space(.)='登 录']")
            .await;
        self.tick("我已把恢复码保存在安全的地方").await;
        self.press("继续").await;
    }

    /// Opens the newest case from the list.
    pub async fn open_first_case(&self) {
        self.press("案件").await;
        self.click("(//*[@role='row'][.//*[@role='gridcell']])[1]").await;
    }

    /// Clicks five times as fast as can be: before the page has painted its answer to the first.
    pub async fn press_five_times(&self, name: &str) {
        let button = self.find(&format!("//button[normalize-space(.)='{name}'][not(@disabled)]")).await;
        let button = serde_json::to_value(button).unwrap();
        let clicks = "for (let i = 0; i < 5; i += 1) arguments[0].click();";
        self.client().execute(clicks, vec![button]).await.unwrap();
    }

    /// Unlocks the account by its PIN.
    pub async fn unlock(&self) {
        self.fill("本机 PIN", PIN).await;
        self.press("解锁").await;
    }

    async fn fill_element(&self, xpath: &str, value: &str) {
        let element = self.find(xpath).await;
        element.click().await.unwrap();
        element.send_keys("\u{e009}a\u{e000}").await.unwrap();
        element.send_keys(value).await.unwrap();
        let typed = element.prop("value").await.unwrap().unwrap_or_default();
        assert_eq!(typed, value, "typed into {xpath}");
    }
}

pub fn slot_name(slot: Slot) -> &'static str {
    &profile().slot(slot).unwrap().name.zh
}

/// DOM id of the control of a place of the document.
pub fn field_id(pointer: &str) -> String {
    format!("field{}", pointer.replace('/', "-"))
}
