use super::{
    ActivationWords, ChecklistWords, NoticeWords, ReceiptWords, TrainingWords, VerificationWords, Words,
};

pub(super) const WORDS: Words = Words {
    content_hash: "Content check",
    page_of: |page, total| format!("Page {page} of {total}"),
    case_id: "Case number",
    merchant: "Merchant",
    receipt: ReceiptWords {
        title: "Submission receipt (this computer)",
        banner: "Not yet received — saved on this computer only",
        receipt_number: "Receipt number",
        op_id: "Operation number",
        kind: "Kind of merchant",
        products: "Products applied for",
        saved_at: "Saved at",
        device: "Device",
        photos: |count| match count {
            1 => "Saved document photo (1)".to_owned(),
            count => format!("Saved document photos ({count})"),
        },
        no_photos: "This submission has no document photos.",
        photo_number: "No.",
        photo_slot: "Document",
        photo_size: "Size",
        photo_hash: "SHA-256 (first 16 digits)",
        meaning: "What this receipt means",
        statement: "The application above is saved on this computer and has not been received yet. It is sent by itself \
                    as soon as this computer is online; the receiving system then issues its own receipt and the case \
                    shows \"received\". Until then, do not uninstall the program and do not erase its data. This \
                    receipt does not prove acceptance.",
        qr_caption: "Scan to read the number of this receipt.\nShow this code, or quote the receipt number, to ask about progress.",
        separator: ", ",
    },
    notice: NoticeWords {
        title: "Notice of acceptance",
        number: "Notice number",
        salutation: |merchant| format!("To {merchant}:"),
        opening: |time, branch| {
            format!(
                "Your application for card and QR payment services has been reviewed, meets the requirements, and was \
                 accepted on {time} by {branch}. Please note the following."
            )
        },
        accepted_at: "Accepted at",
        branch: "Accepting branch",
        address: "Address",
        hours: "Opening hours",
        reviewer: "Reviewed by",
        act_by: "Act by",
        act_by_text: |day| format!("{day}; later, please ask the branch first"),
        next_steps: "Next steps",
        to_bring: "Please bring",
        scope: "This notice says that the application has been accepted. It does not say that the acquiring agreement is \
                signed or that payments can be taken. Nobody will ask you for a transfer, a password or a text-message \
                code because of this notice.",
        qr_caption: "Scan to verify this notice.\nNumber, merchant and time on the verification page must agree with this page; if they do not, do not rely on it and contact the branch.",
    },
    checklist: ChecklistWords {
        title: "Documents to prepare",
        products: "Products applied for",
        prepared_at: "Prepared at",
        hint: "Please have the originals at hand and tick each item. Photos must be complete, sharp and free of glare, with \
               all four corners visible; documents must be in date.",
        total: |count| match count {
            1 => "1 item".to_owned(),
            count => format!("{count} items"),
        },
    },
    verification: VerificationWords {
        title: "Verification sheet of the print copy",
        about: "The pages before this one are a print copy of the contract file named below, made by the program after \
                both parties had signed. The copy carries no electronic signature: the signed file decides what holds \
                and what the contract says.",
        number: "Contract number",
        file: "SHA-256 of the signed file",
        merchant: "Signed by the merchant",
        issuer: "Signed by the acquirer",
        time: "Time stamp",
        signed: |signer, at| format!("{signer}, {at} (signer's clock)"),
        edges: "The seal across the right edges was added to this copy by the program: with the pages fanned out it is \
                whole, and a page that is missing or exchanged breaks it. It is not part of the signed file and takes \
                the place of no signature.",
        qr_caption: "Scan for the acquirer's verification page, which looks the contract up by the signed file's SHA-256.\n\
                     The link has no personal data in it. To verify the content, choose the signed file on the same page.",
    },
    training: TrainingWords {
        title: "Certificate of training",
        statement: |trainee, merchant, day| {
            format!(
                "This certifies that {trainee} of {merchant} was trained in the use of payment terminals on {day}, and \
                 carried out everything listed below without help."
            )
        },
        number: "Certificate number",
        trainee: "Participant",
        trained_on: "Day of training",
        branch: "Trained by",
        topics: "What was practised",
        scope: "This certificate says that the participant completed the training above. It is no professional \
                qualification, and doesn't say that payments can be taken already. When staff or terminals change, \
                training is given again free of charge.",
        qr_caption: "The symbol holds the certificate's number and the case's.\nWith both the branch can confirm \
                     participant and day; don't trust a certificate that it doesn't confirm.",
    },
    activation: ActivationWords {
        title: "Activation letter",
        opening: |time| {
            format!(
                "Everything that your application for acquiring services needs is done: payments can be taken since \
                 {time}. Please check what follows, and call at once if anything is not right."
            )
        },
        number: "Letter number",
        merchant_number: "Merchant number",
        products: "Products",
        settlement_account: "Settlement account",
        contract: "Services agreement",
        issuer: "Acquirer",
        terminals: "Terminals bound to this merchant",
        model: "Model",
        serial: "Serial number",
        first_heading: "To check first",
        first_days: [
            "Take a small payment: name and merchant number on the slip are those of this letter.",
            "Look at the settlement account after the agreed period: the amount is the payments less fees.",
            "Make a refund, and see that it goes back the way the payment came.",
        ],
        scope: "Use the terminals at the agreed address only, and lend them to nobody. Report changes of licence, account or \
                address soon. Nobody needs a transfer, a password or a code from you to activate anything.",
        qr_caption: "The symbol holds the letter's number and the case's.\nWith both the acquirer can confirm \
                     merchant and time; don't trust a letter that it doesn't confirm.",
    },
};
