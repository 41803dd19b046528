//! The portal dies in the middle of typing.

use std::time::Duration;

use portal_domain::dossier::Slot;
use portal_tests::{Backend, Desktop, Window, field_id, merchant, photo_of, write_photos};

/// Typed and waited for.
const FIRST: &str = "12 Lantern Lane, Third Courtyard,";
/// Typed while the portal is killed; long enough that it isn't done before.
const SECOND: &str = " Second Staircase, Room 408, behind the bamboo garden, across the little stone bridge that \
                      leads to the old paper mill, ring twice, ask for the lantern maker's daughter";

#[tokio::test]
async fn a_draft_survives_kill_9_in_the_middle_of_typing() {
    let desktop = Desktop::start(1280, 800);
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(&folder.path().join("backend"));
    let profile = folder.path().join("profile");
    let merchant = merchant(9);
    let photos = write_photos(&folder.path().join("photos"), &[Slot::BusinessLicence], 300);

    let window = Window::open(&desktop, &profile, backend.address()).await;
    window.press(window.words().start).await;
    window.fill_application(&merchant).await;
    window.add_photos(&photos).await;
    window.step(window.words().steps.business).await;
    let address = format!("//*[@id='{}']", field_id("/business/address"));
    let field = window.find(&address).await;
    field.click().await.unwrap();
    desktop.press_keys("ctrl+a");
    assert!(desktop.type_slowly(FIRST, Duration::from_millis(20)).wait());
    window.saved_as("/business/address", FIRST).await;

    let typing = desktop.type_slowly(SECOND, Duration::from_millis(80));
    let whole = format!("{FIRST}{SECOND}");
    let mut acknowledged = FIRST.to_owned();
    loop {
        let (typed, is_saved) = window.typed_and_saved("/business/address").await;
        if is_saved {
            acknowledged.clone_from(&typed);
        }
        assert!(typed.len() < whole.len(), "to be killed while typing");
        if typed.len() > FIRST.len() + 20 {
            break;
        }
    }
    window.kill();
    drop(typing);

    let window = Window::open(&desktop, &profile, backend.address()).await;
    window.open_first_case().await;
    window.step(window.words().steps.business).await;
    let (restored, _) = window.typed_and_saved("/business/address").await;
    assert!(
        restored.starts_with(acknowledged.trim_end()),
        "{acknowledged:?} was saved, {restored:?} is there"
    );
    assert!(whole.starts_with(restored.as_str()), "{restored:?}");
    for (pointer, value) in [
        ("/licence/number", &merchant.licence.number),
        ("/licence/scope", &merchant.licence.scope),
        ("/business/registered_name", &merchant.business.registered_name),
        ("/business/service_phone", &merchant.business.service_phone),
    ] {
        assert_eq!(window.typed_and_saved(pointer).await.0, *value, "{pointer}");
    }
    window.step(window.words().steps.settlement).await;
    assert_eq!(window.typed_and_saved("/settlement/number").await.0, merchant.settlement.number);
    window.step(window.words().steps.photos).await;
    window.find(&photo_of(window.words(), Slot::BusinessLicence)).await;
    // It goes on where it was.
    window.step(window.words().steps.business).await;
    window.type_at("/business/address", &merchant.business.address).await;
    window.saved_as("/business/address", &merchant.business.address).await;
    window.close().await;
}
