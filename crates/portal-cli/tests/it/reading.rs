//! `portal photo read`.

use portal_pictures::{Order, Paper};

use crate::support::Profile;

#[test]
fn a_card_s_number_is_read_and_told_with_its_place_in_the_form() {
    let profile = Profile::new();
    let card = Order::new(13, Paper::BankCard).taken();
    let number = &card.truth.fields.iter().find(|field| field.key == "number").unwrap().value;
    let file = profile.write("card.jpg", &card.bytes);
    let read = ["photo", "read", &file, "--slot", "bank_card_front"];
    let json = profile.run(&[&read[..], &["--json"]].concat()).expect(0).json();
    assert_eq!(json["print_was_read"], true, "cargo xtask setup brings the models");
    let field = &json["fields"][0];
    assert_eq!(field["value"], number.as_str());
    assert_eq!((&field["pointer"], &field["checked"]), (&"/settlement/number".into(), &true.into()));
    let text = profile.run(&read).expect(0).stdout;
    assert!(text.contains(&format!("number: {number} (check digit is right)")), "{text}");
    assert!(!profile.path("profile").exists(), "photo read made a profile");
}

#[test]
fn without_a_slot_it_is_found_out_what_the_photo_shows() {
    let profile = Profile::new();
    let label = Order::new(21, Paper::TypePlate).taken();
    let number = &label.truth.fields[0].value;
    let file = profile.write("label.jpg", &label.bytes);
    let json = profile.run(&["photo", "read", &file, "--json"]).expect(0).json();
    assert_eq!((&json["document"], &json["slot"]), (&"type_plate".into(), &serde_json::Value::Null));
    assert_eq!(json["fields"][0]["value"], number.as_str());
    let text = profile.run(&["photo", "read", &file]).expect(0).stdout;
    assert!(text.contains("label of a terminal") && text.contains(&format!("number: {number}")), "{text}");

    let shop = Order::new(1, Paper::Storefront).long_side(1000).taken();
    let file = profile.write("shop.jpg", &shop.bytes);
    let text = profile.run(&["photo", "read", &file]).expect(1).stdout;
    assert!(text.contains("it could not be told what this is"), "{text}");
}

#[test]
fn what_can_t_be_read_is_said() {
    let profile = Profile::new();
    let shop = Order::new(1, Paper::Storefront).long_side(1000).taken();
    let file = profile.write("shop.jpg", &shop.bytes);
    let refused = profile.run(&["photo", "read", &file, "--slot", "storefront", "--json"]).expect(2);
    assert_eq!(refused.fields(), ["--slot not_read"]);
    let nothing = profile.run(&["photo", "read", &file, "--slot", "bank_card_front", "--json"]).expect(1);
    assert_eq!(nothing.json()["fields"], serde_json::json!([]));
}

#[test]
fn without_models_only_the_code_is_read_and_that_is_said() {
    let mut profile = Profile::new();
    profile.without_models = true;
    let licence = Order::new(3, Paper::LicenceLandscape).long_side(2000).taken();
    let file = profile.write("licence.jpg", &licence.bytes);
    let text = profile.run(&["photo", "read", &file, "--slot", "business_licence"]).expect(0).stdout;
    assert!(text.contains("no models: only QR codes are read"), "{text}");
    assert!(text.contains("number: ") && !text.contains("name: "), "{text}");
}
