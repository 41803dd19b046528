//! An application step without a mouse.

use portal_domain::dossier::Product;
use portal_tests::{Backend, CommandLine, DOWN, Desktop, ENTER, SPACE, Window, field_id, merchant, profile};

#[tokio::test]
async fn a_step_is_filled_with_the_keyboard_alone() {
    let desktop = Desktop::start(1280, 800);
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(&folder.path().join("backend"));
    let profile_dir = folder.path().join("profile");
    let merchant = merchant(10);
    let window = Window::open(&desktop, &profile_dir, backend.address()).await;
    let words = window.words();

    window.tab_to(&format!("//button[normalize-space(.)='{}']", words.start)).await;
    window.keys(ENTER).await;
    window.tab_to("//input[@type='radio'][@name='merchant-kind']").await;
    // The keyboard comes to the first kind; the arrow goes on to the second and chooses it.
    window.keys(DOWN).await;
    window
        .find(&format!(
            "//label[contains(@class, 'checked')][.//input[@aria-label='{}']]",
            words.sole_proprietor
        ))
        .await;
    let plate = profile().products.iter().find(|rule| rule.product == Product::QrPlate).unwrap();
    window.tab_to(&format!("//input[@type='checkbox'][@aria-label='{}']", plate.name.zh)).await;
    window.keys(SPACE).await;
    window.tab_to("//button[normalize-space(.)='下一步']").await;
    window.keys(ENTER).await;

    let business = &merchant.business;
    for (pointer, value) in [
        ("/business/registered_name", &business.registered_name),
        ("/business/trade_name", &business.trade_name),
        ("/business/address", &business.address),
        ("/business/service_phone", &business.service_phone),
        ("/licence/number", &merchant.licence.number),
        ("/licence/name", &merchant.licence.name),
        ("/licence/valid_from", &merchant.licence.valid_from),
        ("/licence/scope", &merchant.licence.scope),
    ] {
        window.tab_to(&format!("//*[@id='{}']", field_id(pointer))).await;
        if !value.is_empty() {
            window.keys(value).await;
        }
    }
    window.tab_to(&format!("//input[@id='{}']", field_id("/business/division"))).await;
    window.keys(&business.division).await;
    let county = portal_domain::division::path(&business.division).last().unwrap().name();
    window
        .find(&format!(
            "//li[contains(@class, 'cascader-menu-item')][contains(normalize-space(.), '{county}')]"
        ))
        .await;
    window.keys(DOWN).await;
    window.keys(ENTER).await;
    window.tab_to(&format!("//input[@id='{}']", field_id("/business/mcc"))).await;
    window.keys(&business.mcc).await;
    window.says(portal_domain::mcc::get(&business.mcc).unwrap().zh).await;
    window.keys(ENTER).await;
    window.tab_to(&format!("//input[@id='{}']", field_id("/business/content"))).await;
    // The first arrow opens the list at its first entry.
    window.keys(DOWN).await;
    window.find("//*[contains(@class, 'ant-select-item-option-active')]").await;
    let contents = &profile().field("/business/content").unwrap().options;
    let at = contents.iter().position(|option| option.code == business.content).unwrap();
    window.keys(&DOWN.to_string().repeat(at)).await;
    window.keys(ENTER).await;
    window.saved_as("/business/trade_name", &business.trade_name).await;
    window.close().await;

    let portal = CommandLine::on(&desktop, &profile_dir, backend.address());
    let typed = portal.dossier(portal.only_case());
    assert_eq!((typed.kind, typed.products), (merchant.kind, merchant.products));
    assert_eq!(
        typed.business,
        portal_domain::dossier::Business { email: typed.business.email.clone(), ..merchant.business }
    );
    assert_eq!(
        (typed.licence.number, typed.licence.name, typed.licence.valid_from, typed.licence.scope),
        (merchant.licence.number, merchant.licence.name, merchant.licence.valid_from, merchant.licence.scope)
    );
}
