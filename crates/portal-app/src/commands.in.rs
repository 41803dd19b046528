// Every command of the portal, declared once. The file has no dependencies: whoever includes it defines the macros
// `commands!` and `raw_commands!` first. The shell expands it to Tauri handlers, its build script to the ACL
// manifest, the bindings generator to TypeScript functions.
//
// A command is a method of `portal_app::App` with the same name and arguments. Raw commands carry bytes and are
// written out in the shell.
commands! {
    /// Name, version and backend of this portal.
    app_info() -> AppInfo;
    /// What exists only on this computer: asked before quitting and shown in the title bar.
    app_safety() -> SafetyView;
    /// Checks of everything the portal needs: vault, database, disk, clock, backend, photo worker.
    app_selfcheck() -> Vec<CheckView>;

    settings_read() -> Settings;
    settings_write(settings: Settings) -> Settings;

    /// Who is signed in, what is locked, and what the vault says.
    session_state() -> SessionView;
    /// Sends a one-time code to a phone.
    session_send_code(phone: String) -> CodeSentView;
    /// Enrols this computer for a branch.
    session_enrol_machine(activation_code: String) -> SessionView;
    /// Signs a person in; the first time on this computer it also enrols, sets the PIN and gives the recovery code.
    session_sign_in(proof: SignInProof, pin: String) -> SignedInView;
    /// What the authenticator app of somebody is set up with who has to have one and has none.
    session_second_factor(user: String, password: String) -> SecondFactorView;
    session_unlock(account: String, pin: String) -> SessionView;
    /// Unlocks with the recovery code and sets a new PIN.
    session_recover(account: String, recovery_code: String, new_pin: String) -> SessionView;
    session_change_pin(pin: String, new_pin: String) -> SessionView;
    /// Locks the window; the form comes back as it was.
    session_lock() -> SessionView;
    session_sign_out() -> SessionView;

    /// Makes the passphrase vault, where the computer has no usable keyring.
    vault_create(passphrase: String) -> SessionView;
    vault_open(passphrase: String) -> SessionView;
    /// Asks the keyring again, after it was unlocked in the system.
    vault_retry() -> SessionView;
    /// Begins anew where the keys are lost and no account has a recovery code; the sealed drafts are set aside.
    vault_start_anew() -> SessionView;

    workbench_show() -> WorkbenchView;

    case_create() -> CaseView;
    case_list(query: CaseQuery) -> CasePage;
    case_show(case_id: CaseId) -> CaseView;
    /// Autosave: keeps what was typed and answers with everything that is wrong or missing.
    case_save(case_id: CaseId, revision: u64, dossier: Dossier) -> CaseView;
    /// Records agreement to the profile's consent texts, with their hashes and the time.
    case_consent(case_id: CaseId, revision: u64, consents: Vec<String>) -> CaseView;
    /// Finalises the application, or the answer to a return, into the outbox.
    case_submit(case_id: CaseId, revision: u64) -> CaseView;
    /// Takes an operation back that was not sent yet.
    case_unqueue(case_id: CaseId) -> CaseView;
    case_withdraw(case_id: CaseId, reason: String) -> CaseView;
    /// Deletes a draft that was never submitted.
    case_delete(case_id: CaseId) -> ();

    /// Turns a photo clockwise by quarter turns, one to three.
    photo_turn(case_id: CaseId, photo_id: PhotoId, quarters: u32) -> CaseView;
    /// Writes down why a photo is used although the quality check doubts it.
    photo_keep(case_id: CaseId, photo_id: PhotoId, reason: String) -> CaseView;
    photo_stop(photo_id: PhotoId) -> ();
    photo_remove(case_id: CaseId, photo_id: PhotoId) -> CaseView;
    /// Begins to read what the photos say; what is found comes with the case.
    photo_read(case_id: CaseId) -> CaseView;

    /// Where the contract of a case stands, with every cost.
    contract_show(case_id: CaseId) -> ContractView;
    /// Opens the contract for signing, with the merchant's own estimate for the cost card.
    contract_prepare(case_id: CaseId, turnovers: Vec<Turnover>) -> ContractView;
    /// A page stood before the merchant.
    contract_page_seen(case_id: CaseId, page: u16) -> ContractView;
    /// The merchant agrees to an annex, named by the SHA-256 of its text, or no longer does.
    contract_agree(case_id: CaseId, annex: String, agreed: bool) -> ContractView;
    /// Sends a one-time code for the pages that were read to the signer's mobile in the application.
    contract_send_code(case_id: CaseId) -> CodeSentView;
    /// The code that arrived: the signer's phone confirms these pages, for a while.
    contract_confirm_code(case_id: CaseId, code: String) -> ContractView;
    /// Signs for the merchant and queues it: with their PIN, or without one on a computer that was handed over.
    contract_sign(case_id: CaseId, render_sha256: String, signature: SignatureStrokes, pin: Option<String>) -> ContractView;
    /// Sends what was signed on paper, a scan of each page, for a reviewer to compare.
    contract_submit_paper(case_id: CaseId, render_sha256: String) -> ContractView;
    contract_refuse(case_id: CaseId, reason: String, pin: Option<String>) -> ContractView;

    /// Opens a door for a phone's photos of a slot, at the likeliest of the computer's addresses when none is named.
    phone_open(case_id: CaseId, slot: Slot, address: Option<String>) -> PhoneView;
    /// The slot that waits for a phone's photos; none when the door has closed.
    phone_show() -> Option<PhoneView>;
    phone_close() -> ();

    /// Watches the folder into which a scanner puts its pictures, the one that was chosen last; none when there was none.
    scanner_start(case_id: CaseId) -> Option<ScannerView>;
    /// The folder that is watched, with what came; none when nobody waits for a scanner.
    scanner_show() -> Option<ScannerView>;
    scanner_stop() -> ();

    outbox_show() -> OutboxView;
    outbox_send_now() -> OutboxView;
    /// Sends photos today although the day's budget of the metered line is used.
    outbox_send_anyway() -> OutboxView;
    outbox_pause(paused: bool) -> OutboxView;
    /// Tries an item again that needs attention.
    outbox_retry(op_id: OpId) -> OutboxView;

    /// The profile that new cases get.
    reference_profile() -> Profile;
    /// The division table for the cascade.
    reference_divisions() -> Vec<DivisionView>;
    reference_mcc() -> Vec<MccView>;
    /// Banks by name and by the first digits of their cards.
    reference_banks() -> Vec<BankView>;
}

raw_commands! {
    /// Request body: the file's bytes; headers `case-id`, `slot`. Answer: `CaseView`.
    photo_add -> CaseView;
    /// As `photo_add`, in the place of a photo, which stays when this fails; headers `case-id`, `photo-id`.
    photo_replace -> CaseView;
    /// Request body: a picture's bytes; headers `case-id`, `file-name` in UTF-8 with everything but plain letters as %XX,
    /// `taken`, the slots that are promised to other pictures, with commas. Answer: where it belongs; nothing is stored.
    photo_sort -> SortedPhotoView;
    /// As `photo_sort`, for the slot that a person chose; headers `case-id`, `slot`.
    photo_sort_into -> SortedPhotoView;
    /// Asks for a folder. Answer: its files, to be read as dropped ones; nothing when it was given up.
    folder_choose -> Option<FolderView>;
    /// Asks for a scanner's folder, remembers and watches it; header `case-id`. Answer: nothing when it was given up.
    scanner_choose -> Option<ScannerView>;
    /// A file that the scanner gave, by its `number` (header). Answer: its bytes.
    scanner_read -> ArrayBuffer;
    /// A file that was dropped on the window, by the `number` that it got then (header). Answer: its bytes.
    dropped_read -> ArrayBuffer;
    /// Answer: the clipboard's picture as PNG; `not_found` when there is none.
    clipboard_picture -> ArrayBuffer;
    /// Headers `case-id`, `document`. Answer: the PDF's bytes.
    document_read -> ArrayBuffer;
    /// Shows the save dialog and writes the PDF. Headers `case-id`, `document`. Answer: whether it was saved.
    document_save -> bool;
    /// Request body: a photo of the merchant with their identity card; header `case-id`. Gives them the computer.
    contract_hand_over -> SessionView;
    /// Request body: the scan of a page that was signed on paper; headers `case-id`, `page`. Answer: `ContractView`.
    contract_scan_add -> ContractView;
    /// Headers `case-id`, `page`. Answer: the scan's bytes, JPEG.
    contract_scan_read -> ArrayBuffer;
    /// Request body: a signed contract's bytes. Answer: whether it can be relied on.
    contract_check -> ContractReport;
    /// Shows the save dialog and writes a courier package. Answer: nothing when it was given up.
    courier_export -> Option<CourierExportView>;
    /// Asks for a package and for where its receipts go, and hands it to the backend.
    courier_import -> Option<CourierImportView>;
    /// Asks for a receipts file and takes it over.
    courier_receipts -> Option<CourierReceiptsView>;
    /// Ends the program; headers `confirmed`. Answer: false when there is unsent work and it was not confirmed.
    app_quit -> bool;
}
