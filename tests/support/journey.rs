//! What a person does in the window, step by step: used by the WebDriver tests and by the demo.

use std::path::{Path, PathBuf};

use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use portal_domain::dossier::{Dossier, Product, Slot};

use crate::backend::Backend;
use crate::desktop::Desktop;
use crate::keyboard::ENTER;
use crate::merchant::{merchant, profile};
use crate::portal::PIN;
use crate::window::{Browser, quoted, until};
use crate::words::{Language, Words};

impl Browser {
    /// Goes to a step of the wizard.
    pub async fn step(&self, name: &str) {
        let button = format!("//nav//button[contains(@aria-label, '{name}')]");
        self.click(&button).await;
        // Two clicks in a row would go past a step without its page.
        self.find(&format!("{button}[@aria-current='step']")).await;
    }

    /// Types into the control of a place of the document.
    pub async fn type_at(&self, pointer: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        let id = field_id(pointer);
        self.type_into(&format!("//*[@id='{id}'][self::input or self::textarea]"), value).await;
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

    /// Chooses one of the acquirer's codes by its name.
    pub async fn choose_code_at(&self, pointer: &str, code: &str) {
        let options = &profile().field(pointer).unwrap().options;
        let name = self.words().of(&options.iter().find(|option| option.code == code).unwrap().name);
        let input = format!("//input[@id='{}']", field_id(pointer));
        self.click(&format!("{input}/ancestor::*[contains(@class, 'ant-select')][last()]")).await;
        let option = "//*[contains(@class, 'ant-select-item-option')]";
        self.click(&format!("{option}[normalize-space(.)={}]", quoted(name))).await;
    }

    /// Ticks a box, or chooses one of a few answers, by its label.
    pub async fn tick(&self, label: &str) {
        let q = quoted(label);
        self.click(&format!("//label[.//input[@aria-label={q}] or normalize-space(.)={q}]")).await;
    }

    /// The photo step of a sole proprietor's new application.
    pub async fn begin_at_photos(&self) {
        let words = self.words();
        self.press(words.start).await;
        self.step(words.steps.kind).await;
        self.tick(words.sole_proprietor).await;
        self.step(words.steps.photos).await;
    }

    /// Everything that is typed or chosen, as the document has it.
    pub async fn fill_application(&self, dossier: &Dossier) {
        let words = self.words();
        self.step(words.steps.kind).await;
        self.tick(words.sole_proprietor).await;
        self.tick(product_name(words, Product::QrPlate)).await;

        self.step(words.steps.business).await;
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
        let trade = match words.language {
            Language::Chinese => trade.zh,
            Language::English => trade.en,
        };
        self.choose_at("/business/mcc", &business.mcc, trade).await;
        self.choose_code_at("/business/content", &business.content).await;

        self.step(words.steps.people).await;
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

        self.step(words.steps.premises).await;
        self.tick(words.at_registered_address).await;
        self.type_at("/shop/name", &dossier.shop.name).await;
        self.type_at("/shop/contact_name", &dossier.shop.contact_name).await;
        self.type_at("/shop/contact_mobile", &dossier.shop.contact_mobile).await;

        self.step(words.steps.settlement).await;
        self.click(&format!("//label[normalize-space(.)='{}']", words.private_account)).await;
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
        self.choose_code_at("/settlement/period", &account.period).await;

        self.step(words.steps.fees).await;
        self.press(words.standard_rates).await;
        let count = dossier.terminals.count.unwrap_or(1);
        self.type_at("/terminals/count", &count.to_string()).await;
    }

    async fn validity(&self, pointer: &str, value: &str) {
        if value == portal_domain::dossier::LONG_TERM {
            let label = match pointer {
                "/licence/valid_until" => self.words().licence_without_end,
                _ => self.words().id_without_end,
            };
            self.tick(label).await;
        } else {
            self.type_at(pointer, value).await;
        }
    }

    /// Gives each slot its photo and waits until it is fitted and shown.
    pub async fn add_photos(&self, photos: &[(Slot, PathBuf)]) {
        self.step(self.words().steps.photos).await;
        for (slot, file) in photos {
            self.add_photo(*slot, file).await;
        }
    }

    /// Gives a slot its photo, on the step of the photos.
    pub async fn add_photo(&self, slot: Slot, file: &Path) {
        let (words, name) = (self.words(), slot_name(self.words(), slot));
        self.give_file(&format!("{} {name}", words.choose_photo), file).await;
        self.find(&photo_of(words, slot)).await;
    }

    /// Lets a slot wait for a phone, on the step of the photos, and gives the link that the phone opens.
    pub async fn wait_for_phone(&self, desktop: &Desktop, slot: Slot) -> String {
        let (words, name) = (self.words(), slot_name(self.words(), slot));
        self.press(&format!("{} {name}", words.take_with_phone)).await;
        self.shown_to_phone(desktop).await
    }

    /// The link in the code that is shown to a phone.
    pub async fn shown_to_phone(&self, desktop: &Desktop) -> String {
        self.find("//*[@role='img'][contains(@aria-label, '二维码')]").await;
        desktop.scan()
    }

    /// Takes the only photo out of its slot, on the step of the photos.
    pub async fn remove_photo(&self, slot: Slot) {
        let (words, name) = (self.words(), slot_name(self.words(), slot));
        self.press(&format!("{} {name} 1", words.remove_photo)).await;
        let asked = "//*[contains(@class, 'ant-popconfirm') or contains(@class, 'ant-popover')]";
        self.click(&format!("{asked}//button[translate(normalize-space(.), ' ', '')='{}']", words.remove))
            .await;
        self.gone(&photo_of(words, slot)).await;
    }

    /// Agrees to every text and confirms.
    pub async fn agree(&self) {
        let words = self.words();
        self.step(words.steps.review).await;
        for rule in profile().consents_for(&merchant(1)) {
            let title = words.of(&rule.title);
            let label = format!("//label[contains(., '{}')][contains(., {})]", words.agreed, quoted(title));
            self.click(&format!("{label}[.//input[not(@disabled)]]")).await;
            self.find(&format!("{label}[contains(@class, 'checked')][.//input[not(@disabled)]]")).await;
        }
        self.confirm().await;
    }

    /// The merchant's confirmation; it may only be ticked once everything is saved.
    pub async fn confirm(&self) {
        let confirmation = self.words().confirmation;
        self.click(&format!("//label[contains(., '{confirmation}')][not(.//input[@disabled])]")).await;
    }

    /// Signs in by phone; the first time on this computer it sets the PIN and shows the recovery code.
    pub async fn sign_in_by_phone(&self, backend: &Backend, phone: &str) {
        let words = self.words();
        self.press(words.sign_in).await;
        self.fill(words.phone, phone).await;
        self.press(words.send_code).await;
        let code = backend.code_for(phone);
        self.fill(words.code, &code).await;
        self.fill(words.pin, PIN).await;
        self.fill(words.pin_again, PIN).await;
        self.click("//form//button[@type='submit']").await;
        self.tick(words.recovery_kept).await;
        self.press(words.go_on).await;
    }

    /// Opens the newest case from the list.
    pub async fn open_first_case(&self) {
        self.press(self.words().cases).await;
        self.click("(//*[@role='row'][.//*[@role='gridcell']])[1]").await;
    }

    /// Clicks five times as fast as can be: before the page has painted its answer to the first.
    pub async fn press_five_times(&self, name: &str) {
        let button = self.find(&format!("//button[normalize-space(.)='{name}'][not(@disabled)]")).await;
        let button = serde_json::to_value(button).unwrap();
        let clicks = "for (let i = 0; i < 5; i += 1) arguments[0].click();";
        self.client().execute(clicks, vec![button]).await.unwrap();
    }

    /// Clicks five times with the pointer, one click right after the other.
    pub async fn click_five_times(&self, name: &str) {
        // A burst that goes on over a new page presses nothing there: this one begins on the page as it is.
        self.gone("//*[@data-shield]").await;
        let element = self.find(&format!("//button[normalize-space(.)='{name}'][not(@disabled)]")).await;
        let shown = "arguments[0].scrollIntoView({ block: 'center' })";
        self.client().execute(shown, vec![serde_json::to_value(&element).unwrap()]).await.unwrap();
        let there = PointerAction::MoveToElement { element, duration: None, x: 0.0, y: 0.0 };
        let clicks = (0..5).fold(MouseActions::new("mouse".to_owned()).then(there), |clicks, _| {
            clicks
                .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
                .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT })
        });
        self.client().perform_actions(clicks).await.unwrap();
    }

    /// What a field of the form holds, and whether all of the form is saved: as the page says in the same moment.
    pub async fn typed_and_saved(&self, pointer: &str) -> (String, bool) {
        self.find(&format!("//*[@id='{}']", field_id(pointer))).await;
        let read = "const [id, saved] = arguments; \
                    const line = [...document.querySelectorAll('header [role=status]')]; \
                    return [document.getElementById(id).value, line.some((each) => each.innerText.startsWith(saved))];";
        let arguments = vec![field_id(pointer).into(), self.words().saved_line.into()];
        let answer = self.client().execute(read, arguments).await.unwrap();
        (answer[0].as_str().unwrap().to_owned(), answer[1].as_bool().unwrap())
    }

    /// Waits until a field holds this and the page says that it is saved.
    pub async fn saved_as(&self, pointer: &str, value: &str) {
        let wanted = (value.to_owned(), true);
        until(&format!("{pointer} to be saved"), async || self.typed_and_saved(pointer).await == wanted)
            .await;
    }

    /// Waits until a document of the case is painted.
    pub async fn reads_document(&self, name: &str) {
        let page = self.words().first_page;
        let canvas = self
            .find(&format!(
                "//section[contains(@aria-label, '{name}')]//canvas[contains(@aria-label, '{page}')]"
            ))
            .await;
        let canvas = serde_json::to_value(canvas).unwrap();
        let dark = "const [page] = arguments; if (page.width === 0) return 0; \
                    const { data } = page.getContext('2d').getImageData(0, 0, page.width, page.height); \
                    let dark = 0; for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 0 && data[i] < 128) dark += 1; \
                    return dark;";
        until(&format!("{name} to be painted"), async || {
            let answer = self.client().execute(dark, vec![canvas.clone()]).await.unwrap();
            answer.as_u64().unwrap() > 1000
        })
        .await;
    }

    /// Everything on the page that has a Chinese letter or mark: what is read, and names of controls.
    pub async fn chinese(&self) -> Vec<String> {
        let read = r"const found = [];
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                if (!['STYLE', 'SCRIPT'].includes(node.parentElement.tagName)) found.push(node.data);
            }
            for (const element of document.querySelectorAll('*')) {
                for (const name of ['aria-label', 'title', 'placeholder', 'alt']) found.push(element.getAttribute(name) ?? '');
            }
            found.push(document.title);
            return found.filter((text) => /[⺀-鿿豈-﫿＀-￯]/.test(text));";
        let found = self.client().execute(read, Vec::new()).await.unwrap();
        found.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    }

    /// Unlocks the account by its PIN.
    pub async fn unlock(&self) {
        self.fill(self.words().pin, PIN).await;
        self.press(self.words().unlock).await;
    }

    /// Replaces what a control holds by typing.
    pub async fn type_into(&self, xpath: &str, value: &str) {
        self.click(xpath).await;
        let element = self.find(xpath).await;
        element.send_keys("\u{e009}a\u{e000}").await.unwrap();
        element.send_keys(value).await.unwrap();
        let typed = element.prop("value").await.unwrap().unwrap_or_default();
        assert_eq!(typed, value, "typed into {xpath}");
    }
}

/// How the window calls a slot.
pub fn slot_name(words: &Words, slot: Slot) -> &'static str {
    words.of(&profile().slot(slot).unwrap().name)
}

/// XPath of the first photo in a slot.
pub fn photo_of(words: &Words, slot: Slot) -> String {
    format!("//*[@aria-label={}]", quoted(&format!("{} {} 1", words.view_photo, slot_name(words, slot))))
}

fn product_name(words: &Words, product: Product) -> &'static str {
    words.of(&profile().products.iter().find(|rule| rule.product == product).unwrap().name)
}

/// DOM id of the control of a place of the document.
pub fn field_id(pointer: &str) -> String {
    format!("field{}", pointer.replace('/', "-"))
}
